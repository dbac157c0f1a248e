"""The INS datamatrix: seven identity traits in one square that software scans instead of typing.

Only a qualified identity may be printed so (RNIV EXI PP 21): the caller holds that rule. What is read back is a claim to
search with, never a proof of identity.

Layout: `IS01` and 20 reserved characters, then fields of a two-character name and a value; a field of variable length
ends with GS when it is shorter than its longest. Source: ANS, specification of the INS datamatrix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

from ppf.datamatrix import DataMatrix

from socle.errors import Invalid
from socle.formats.identifiers import Ins, parse_ins
from socle.formats.names import insi_accepts

HEADER = "IS01" + "0" * 20
GROUP_SEPARATOR = "\x1d"
LONGEST = 400  # characters of a whole code; a full one has 290
_HEADER = re.compile(r"IS01[0-9A-Z]{20}")
_DATE = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
_PLACE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_QUIET_MODULES = 2


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    longest: int
    fixed: bool


_FIELDS = {
    one.name: one
    for one in (
        _Field("S1", 15, True),  # matricule and key
        _Field("S2", 20, False),  # OID of the authority
        _Field("S3", 100, False),  # given names, as listed
        _Field("S4", 100, False),  # birth name
        _Field("S5", 1, True),  # sex
        _Field("S6", 10, True),  # birth date, dd-mm-yyyy
        _Field("S7", 5, True),  # birth place, COG code
    )
}


@dataclass(frozen=True, slots=True)
class InsTraits:
    """What the code carries. Names are in storage form (A-Z, space, hyphen, apostrophe), sex is M or F; nothing of it
    shows in `repr`."""

    ins: Ins
    first_names: str = field(repr=False)
    birth_name: str = field(repr=False)
    sex: str = field(repr=False)
    birth_date: date = field(repr=False)
    birth_place: str = field(repr=False)


def compose(traits: InsTraits) -> str:
    """The text of the code. Invalid `datamatrix-field` when a trait has not its form; `parse(compose(x)) == x`."""
    _check(traits)
    values = {
        "S1": traits.ins.value,
        "S2": traits.ins.oid,
        "S3": traits.first_names,
        "S4": traits.birth_name,
        "S5": traits.sex,
        "S6": traits.birth_date.strftime("%d-%m-") + f"{traits.birth_date.year:04d}",
        "S7": traits.birth_place,
    }
    return HEADER + "".join(_written(_FIELDS[name], value) for name, value in values.items())


def parse(text: str) -> InsTraits:
    """The traits of a scanned code. Invalid: `datamatrix-header`, `datamatrix-field`, `ins-shape`, `ins-oid`.

    Fields may come in any order; each of the seven is there once. The key of the matricule is not checked here.
    """
    if len(text) > LONGEST or not _HEADER.fullmatch(text[:24]):
        raise Invalid("datamatrix-header", "Ce code n’est pas un Datamatrix INS.")
    values: dict[str, str] = {}
    rest = text[24:].rstrip("\r\n")  # scanners that act as keyboards end with Enter
    while rest:
        known = _FIELDS.get(rest[:2])
        if known is None or known.name in values:
            raise _wrong_field()
        values[known.name], rest = _read(known, rest[2:])
    if len(values) != len(_FIELDS):
        raise _wrong_field()
    traits = InsTraits(
        parse_ins(values["S1"], values["S2"]), values["S3"], values["S4"], values["S5"], _day(values["S6"]), values["S7"]
    )
    _check(traits)
    return traits


def svg(text: str, title: str = "Code Datamatrix de l’identité nationale de santé") -> str:
    """The code as an SVG image with a title for those who do not see it; no script, no style, one module a unit.

    Invalid `datamatrix-field` when the text is too long or holds more than ASCII.
    """
    if len(text) > LONGEST or not text.isascii():
        raise _wrong_field()
    rows = DataMatrix(text).matrix
    side = len(rows) + 2 * _QUIET_MODULES
    path = "".join(_dark_runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f'<title>{escape(title)}</title><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def _dark_runs(rows: list[list[int]]) -> list[str]:
    runs: list[str] = []
    for y, row in enumerate(rows, _QUIET_MODULES):
        start = None
        for x, module in enumerate([*row, 0], _QUIET_MODULES):
            if module and start is None:
                start = x
            elif not module and start is not None:
                runs.append(f"M{start} {y}h{x - start}v1h{start - x}z")
                start = None
    return runs


def _written(known: _Field, value: str) -> str:
    return known.name + value + ("" if known.fixed or len(value) == known.longest else GROUP_SEPARATOR)


def _read(known: _Field, rest: str) -> tuple[str, str]:
    if known.fixed:
        if len(rest) < known.longest:
            raise _wrong_field()
        # a separator behind a fixed field is a fault that readers meet and that loses nothing
        return rest[: known.longest], rest[known.longest :].removeprefix(GROUP_SEPARATOR)
    end = rest.find(GROUP_SEPARATOR, 0, known.longest + 1)
    if end < 0:
        return rest[: known.longest], rest[known.longest :]
    return rest[:end], rest[end + 1 :]


def _check(traits: InsTraits) -> None:
    names_are_right = insi_accepts(traits.first_names) and insi_accepts(traits.birth_name)
    if not names_are_right or traits.sex not in ("M", "F") or not _PLACE.fullmatch(traits.birth_place):
        raise _wrong_field()


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise _wrong_field()
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise _wrong_field() from None


def _wrong_field() -> Invalid:
    return Invalid("datamatrix-field", "Un champ du Datamatrix INS est absent ou n’a pas la forme attendue.")
