"""Templates and assets: each is used, each reference exists, nothing is inline or from elsewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.architecture.tree import REPOSITORY, shown, text_of, tracked

FOLDERS = (REPOSITORY / "socle" / "portal" / "templates", REPOSITORY / "simulators" / "templates")
STATIC = REPOSITORY / "socle" / "portal" / "static"
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}
CHOSEN = re.compile(r"f\"([a-z_/]*)\{\w+\}([a-z_/]*\.html)\"")
SHORT = re.compile(r"f\"([a-z_]+/)\{\w+\}\"")
"""A package that writes its templates' names without their folder says it once."""
NAMED = re.compile(r"[\"']([a-z_/]+\.html)[\"'#]")
ELSEWHERE = re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//|url\((?:https?:)?//", re.IGNORECASE)
INLINE = re.compile(r"<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on|<base\b", re.IGNORECASE)


def templates() -> dict[str, Path]:
    """Every template by the name that pages call it."""
    found = {
        path.relative_to(folder).as_posix(): path for folder in FOLDERS for path in tracked(".html") if folder in path.parents
    }
    assert len(found) > 50
    return found


@cache
def spoken() -> tuple[set[str], list[re.Pattern[str]]]:
    """Names of templates that code and templates write, and the shapes of those they choose from."""
    paths = [path for path in (*tracked(".html"), *tracked(".py")) if "tests" not in path.relative_to(REPOSITORY).parts]
    folders = {path.parent: found[1] for path in paths if path.suffix == ".py" and (found := SHORT.search(text_of(path)))}
    names, shapes = set(), []
    for path in paths:
        prefix = next((prefix for folder, prefix in folders.items() if folder in path.parents), "")
        names |= {name if "/" in name else prefix + name for name in NAMED.findall(text_of(path))}
        shapes += [
            re.compile(re.escape(before) + r"[a-z_]+" + re.escape(after)) for before, after in CHOSEN.findall(text_of(path))
        ]
    return names, shapes


def test_every_template_is_used() -> None:
    names, shapes = spoken()
    unused = {
        name for name in templates() if name not in names | BY_DJANGO and not any(shape.fullmatch(name) for shape in shapes)
    }
    assert sorted(unused) == []


def test_every_template_that_is_named_exists() -> None:
    assert sorted(spoken()[0] - set(templates())) == []


def test_pages_hold_no_inline_script_or_style_and_load_nothing_from_elsewhere() -> None:
    for path in templates().values():
        text = re.sub(r"{#.*?#}", "", text_of(path), flags=re.DOTALL)
        assert not INLINE.search(text), f"{shown(path)}: {INLINE.search(text)}"
        assert not ELSEWHERE.search(text), f"{shown(path)}: {ELSEWHERE.search(text)}"
    for path in (*tracked(".css"), *tracked(".js")):
        if STATIC in path.parents and "vendor" not in path.parts:
            assert not ELSEWHERE.search(text_of(path)), shown(path)


def test_every_style_sheet_and_script_is_sent() -> None:
    from socle.portal.components.assets import SCRIPTS, STYLES

    for folder, names, suffix in (("css", STYLES, ".css"), ("js", SCRIPTS, ".js")):
        assert {path.stem for path in (STATIC / folder).glob(f"*{suffix}")} == set(names)


def test_every_icon_that_a_page_shows_is_in_the_sheet() -> None:
    sheet = set(re.findall(r'<symbol[^>]*id="i-([a-z0-9-]+)"', text_of(STATIC / "icons.svg")))
    assert sheet
    shown_icons = {
        (name, shown(path)) for path in tracked(".html") for name in re.findall(r"{% icon ['\"]([a-z0-9-]+)['\"]", text_of(path))
    }
    assert shown_icons
    assert sorted(place for name, place in shown_icons if name not in sheet) == []
