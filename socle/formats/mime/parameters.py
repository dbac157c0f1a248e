"""Parameters of Content-Type and Content-Disposition. Source: RFC 2045 §5.1, RFC 2231, RFC 2047 in quotes (as senders do)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from socle.formats.mime.charsets import decode
from socle.formats.mime.words import clean, decoded

MAX_PARAMETERS = 200
_PARAMETER = re.compile(r'[;\s]*+([^\s=;"]++)\s*+=\s*+("(?:[^"\\]|\\.)*+\\?"?|[^;]*+)', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
_COMMENT = re.compile(r"\s*\([^()]*\)\s*$")
_SECTION = re.compile(r"([^*]+)(?:\*([0-9]{1,3}))?(\*)?")


@dataclass(frozen=True, slots=True)
class Parameters:
    """`written` are the pairs as they stand, names in lower case; `get` joins and decodes what RFC 2231 splits."""

    written: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The decoded value, empty when there is none. The form of RFC 2231 wins over the plain one beside it."""
        plain = ""
        sections: dict[int, tuple[str, bool]] = {}
        for key, value in self.written:
            if key == name:
                plain = plain or value
                continue
            if not key.startswith(name + "*"):
                continue
            section = _SECTION.fullmatch(key)
            if section and section[1] == name:
                sections.setdefault(int(section[2] or 0), (value, bool(section[3])))
        return _joined(sections) if sections else decoded(plain)


def _joined(sections: dict[int, tuple[str, bool]]) -> str:
    charset = ""
    content = b""
    for index in range(len(sections)):
        if index not in sections:
            break
        value, encoded = sections[index]
        if encoded and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        content += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return clean(decode(content, charset or "utf-8"))


def read_parameters(text: str) -> Parameters:
    """The pairs of what follows the first `;`: quoted or not, with the faults of senders."""
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(text) and len(pairs) < MAX_PARAMETERS:
        found = _PARAMETER.match(text, at)
        if found is None:
            at = text.find(";", at) + 1
            if at == 0:
                break
            continue
        pairs.append((found[1].lower(), _value(found[2])))
        at = found.end()
    return Parameters(tuple(pairs))


def _value(written: str) -> str:
    if not written.startswith('"'):
        return _COMMENT.sub("", written.strip()) if written.endswith((")", ") ")) else written.strip()
    inside = written[1:-1] if len(written) > 1 and written.endswith('"') else written[1:]
    return _ESCAPE.sub(r"\1", inside)


def read_head(value: str) -> tuple[str, Parameters]:
    """The word before the first `;`, in lower case without comments, and the parameters behind it."""
    head, _, rest = value.partition(";")
    return head.partition("(")[0].strip().lower(), read_parameters(rest)
