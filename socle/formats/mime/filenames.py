"""A name somebody wrote for a file -> a name that is safe to show and to save under: never a path, nothing hidden."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 150
"""Characters; whatever they are, fewer than 255 bytes are kept too."""
_LONGEST_BYTES = 240
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_SPACES = re.compile(r"\s+")
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def safe_name(written: str) -> str:
    """The last component, visible characters only, at most 150 of them, the extension kept; empty when nothing is left."""
    name = unicodedata.normalize("NFC", _HIDDEN.sub("", written.replace("\t", " ")[:4000]))
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", name)).strip(" .")
    if _DEVICE.match(name):
        name = "_" + name
    return _shortened(name)


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 12:
        stem, dot, extension = name, "", ""
    stem = stem[: LONGEST - len(extension) - len(dot)]
    while len((stem + dot + extension).encode("utf-8")) > _LONGEST_BYTES and stem:
        stem = stem[:-1]
    return (stem.rstrip(" ") + dot + extension).strip(" .")
