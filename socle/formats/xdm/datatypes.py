"""HL7 v2 data types inside XDS metadata <-> values: CX, XCN, XON, CE, DTM and the lines of sourcePatientInfo.

Reading is tolerant: what is not understood is empty. Components that would be cut by a separator are escaped, as in HL7 v2 §2.7.

Source: IHE ITI TF-3 §4.2.3.1.7 (data types), table 4.2.3.2-1; IHE-FR data types 1.8.1 (types of names, BDL).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from socle.formats.cda.header import INS_ROOTS
from socle.formats.cda.values import Code, Identifier
from socle.formats.identifiers.professional import IDNPS_OID
from socle.formats.identifiers.structure import IDNST_OID
from socle.formats.xdm.values import NO_SOURCE_PATIENT, Institution, Person, SourcePatient

DEVICE = "RI"
NATIONAL_HEALTH = "NH"
INTERNAL = "PI"
_ESCAPES = {"\\": "\\E\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "|": "\\F\\"}
_UNESCAPES = {escape[1]: character for character, escape in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\([ESTRF])\\")
_DTM = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?([0-9]{2})?([0-9]{2})?([0-9]{2})?")


def escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _UNESCAPES[found[1]], text).strip()


def _components(value: str) -> list[str]:
    return value.replace("&amp;", "&").split("^")  # some senders escape the ampersand twice


def _at(components: Sequence[str], index: int) -> str:
    return unescaped(components[index].partition("&")[0]) if index < len(components) else ""


def _authority(components: Sequence[str], index: int) -> str:
    """The OID of `&OID&ISO`, or what stands alone in its place."""
    if index >= len(components):
        return ""
    parts = components[index].split("&")
    return unescaped(parts[1] if len(parts) > 1 else parts[0])


def _joined(placed: dict[int, str]) -> str:
    return "^".join(placed.get(index, "") for index in range(max(placed, default=-1) + 1))


def _placed(*components: tuple[int, str]) -> str:
    return _joined({index: text for index, text in components if text})


def _assigner(authority: str) -> str:
    return f"&{escaped(authority)}&ISO" if authority else ""


def read_identifier(value: str) -> Identifier | None:
    parts = _components(value)
    root, extension = _authority(parts, 3), _at(parts, 0)
    return Identifier(root, extension) if root and extension else None


def write_identifier(value: Identifier) -> str:
    """`id^^^&OID&ISO^NH` for an INS, `…^PI` for a local identifier."""
    kind = NATIONAL_HEALTH if value.root in INS_ROOTS else INTERNAL
    return _placed((0, escaped(value.extension)), (3, _assigner(value.root)), (4, kind))


def read_person(value: str) -> Person:
    parts = _components(value)
    return Person(_at(parts, 0), _at(parts, 1), _at(parts, 2), _at(parts, 5), _authority(parts, 8), _at(parts, 12))


def write_person(value: Person) -> str:
    """`id^NOM^Prénom^^^Titre^^^&OID&ISO^D^^^IDNPS`; the name of a device has type U."""
    return _placed(
        (0, escaped(value.id)),
        (1, escaped(value.family)),
        (2, escaped(value.given)),
        (5, escaped(value.prefix)),
        (8, _assigner(value.authority)),
        (9, "U" if value.id_type == DEVICE else "D"),
        (12, escaped(value.id_type)),
    )


def professional(idnps: str, family: str, given: str, prefix: str = "") -> Person:
    """A professional by IDNPS (`8` and the RPPS number…)."""
    return Person(idnps, family, given, prefix, IDNPS_OID, "IDNPS")


def structure(idnst: str, name: str) -> Institution:
    """A structure by IDNST (`1` and the FINESS number…)."""
    return Institution(name, idnst, IDNST_OID, "IDNST")


def read_institution(value: str) -> Institution:
    parts = _components(value)
    return Institution(_at(parts, 0), _at(parts, 9), _authority(parts, 5), _at(parts, 6))


def write_institution(value: Institution) -> str:
    """`Nom^^^^^&OID&ISO^IDNST^^^id`."""
    return _placed(
        (0, escaped(value.name)),
        (5, _assigner(value.authority)),
        (6, escaped(value.id_type)),
        (9, escaped(value.id)),
    )


def read_coded_text(value: str) -> Code:
    """`code^libellé^système`; a text without separator is a label alone."""
    parts = _components(value)
    if len(parts) == 1:
        return Code(display=_at(parts, 0))
    return Code(_at(parts, 0), _at(parts, 2), _at(parts, 1))


def write_coded_text(value: Code) -> str:
    if not value.code and not value.system:
        return escaped(value.display)
    return f"{escaped(value.code)}^{escaped(value.display)}^{escaped(value.system)}"


def read_instant(value: str) -> datetime | None:
    """A DTM in UTC, from `YYYY` to `YYYYMMDDhhmmss`; what is missing is the first of its kind. None when it is no date."""
    found = _DTM.match(value.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups())
    try:
        return datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=UTC)
    except ValueError:
        return None


def write_instant(value: datetime) -> str:
    return f"{value.year:04d}{value.astimezone(UTC):%m%d%H%M%S}"


def read_source_patient(lines: Iterable[str]) -> SourcePatient:
    """The `PID-n|value` lines of sourcePatientInfo. A name without type is the birth name when no other is."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, bar, value = line.strip().partition("|")
        if bar:
            fields.setdefault(name.strip().upper(), []).extend(value.split("~"))
    names = [_components(value) for value in fields.get("PID-5", ())]
    used = next((parts for parts in names if _at(parts, 6) == "D"), [])
    birth = next((parts for parts in names if _at(parts, 6) == "L"), None) or next((p for p in names if p is not used), [])
    places = (_components(value) for value in fields.get("PID-11", ()))
    return SourcePatient(
        ids=tuple(found for value in fields.get("PID-3", ()) if (found := read_identifier(value))),
        birth_family_name=_at(birth, 0),
        first_given_name=_at(birth, 1),
        given_names=_at(birth, 2),
        used_family_name=_at(used, 0),
        used_given_name=_at(used, 1),
        birth_date=_day(next(iter(fields.get("PID-7", ())), "")),
        sex=next(iter(fields.get("PID-8", ())), "").strip(),
        birthplace_code=next((code for parts in places if _at(parts, 6) == "BDL" and (code := _at(parts, 8))), ""),
    )


def write_source_patient(value: SourcePatient) -> tuple[str, ...]:
    """The lines, none for a patient of whom nothing is said."""
    if value == NO_SOURCE_PATIENT:
        return ()
    lines = [f"PID-3|{write_identifier(found)}" for found in value.ids]
    if value.birth_family_name or value.first_given_name or value.given_names:
        lines.append("PID-5|" + _name(value.birth_family_name, value.first_given_name, value.given_names, "L"))
    if value.used_family_name or value.used_given_name:
        lines.append("PID-5|" + _name(value.used_family_name, value.used_given_name, "", "D"))
    if value.birth_date is not None:
        lines.append(f"PID-7|{value.birth_date.year:04d}{value.birth_date:%m%d}")
    if value.sex:
        lines.append(f"PID-8|{escaped(value.sex)}")
    if value.birthplace_code:
        lines.append(f"PID-11|^^^^^^BDL^^{escaped(value.birthplace_code)}")
    return tuple(lines)


def _name(family: str, given: str, others: str, kind: str) -> str:
    return _placed((0, escaped(family)), (1, escaped(given)), (2, escaped(others)), (6, kind))


def _day(value: str) -> date | None:
    found = read_instant(value[:8]) if len(value.strip()) >= 8 else None
    return found.date() if found else None
