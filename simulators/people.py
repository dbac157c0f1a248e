"""Who exists, for the three services. One JSON file, one object a person:

    {"people": [{
        "id": "claire-novarel",              # also what the picker posts and what `socle token` takes
        "kind": "professional",              # professional | patient | representative | administrator
        "name": "Dr Claire NOVAREL",         # as shown in a picker
        "caption": "Médecin généraliste, …", # profession and structure, or why the person is in the story
        "tag": "MG",                         # at most 5 signs; empty: the age is shown
        "professional": {                    # absent: unknown to Pro Santé Connect
            "rpps": "99700900013", "civility": "MME", "given_name": "Claire", "family_name": "NOVAREL",
            "regulation": false,             # Acces_Regulation_Medicale
            "exercices": [{"codeProfession": "10", …, "activities": [{"codeSecteurDactivite": "SA52", …}]}],
            "claims": {}},                   # userinfo claims to replace; null removes one
        "identity": {                        # absent: no civil identity
            "birth_name": "NOVAREL", "used_name": "", "given_names": ["Claire"], "sex": "F", "birth_date": "1980-01-31",
            "birthplace": "44109",           # COG code as of the birth date; 99xxx when born abroad
            "email": "", "phone": ""},
        "france_connect": "eidas2",          # highest level this person reaches; absent: cannot sign in there
        "ins": {"value": "280014410900071", "oid": "1.2.250.1.213.1.4.10", "history": [{"value": "…", "from": "", "to": ""}]}}]}

Exercices and activities may leave fields out: an absent one is served as an empty string, as the real service does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from simulators.folder import BadFile, read_object

SHIPPED = Path(__file__).resolve().parent.parent / "socle" / "deploy" / "story" / "people.json"
_PARIS = ZoneInfo("Europe/Paris")
KINDS = ("professional", "patient", "representative", "administrator")


@dataclass(frozen=True, slots=True)
class Professional:
    rpps: str
    civility: str
    given_name: str
    family_name: str
    regulation: bool
    exercices: tuple[Mapping[str, Any], ...]
    claims: Mapping[str, Any]

    @property
    def national_id(self) -> str:
        """IDNPS: prefix 8 and the RPPS number. Source: TRE_G08."""
        return "8" + self.rpps


@dataclass(frozen=True, slots=True)
class CivilIdentity:
    birth_name: str
    used_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_date: date
    birthplace: str
    email: str
    phone: str

    @property
    def born_abroad(self) -> bool:
        return self.birthplace.startswith("99")

    def age_on(self, day: date) -> int:
        """In whole years."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class FormerIns:
    value: str
    oid: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Ins:
    value: str
    oid: str
    history: tuple[FormerIns, ...]


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    kind: str
    name: str
    caption: str
    tag: str
    professional: Professional | None = None
    identity: CivilIdentity | None = None
    france_connect: str = ""
    ins: Ins | None = None

    @property
    def badge(self) -> str:
        """The tag, or the age in years today."""
        if self.tag or self.identity is None:
            return self.tag
        return str(self.identity.age_on(datetime.now(_PARIS).date()))


@dataclass(frozen=True, slots=True)
class People:
    everyone: tuple[Person, ...]
    by_id: Mapping[str, Person] = field(repr=False)

    def find(self, person_id: str) -> Person | None:
        return self.by_id.get(person_id)


def load(path: Path) -> People:
    """BadFile says which person (by rank) and field are wrong."""
    entries = read_object(path).get("people")
    if not isinstance(entries, list):
        raise BadFile(f"{path.name}: no list of people")
    everyone = tuple(_person(entry, f"{path.name}: people[{rank}]") for rank, entry in enumerate(entries))
    by_id = {person.id: person for person in everyone}
    if len(by_id) != len(everyone):
        raise BadFile(f"{path.name}: an id is there twice")
    return People(everyone, by_id)


def _person(entry: Any, where: str) -> Person:
    try:
        person = Person(
            id=_text(entry, "id"),
            kind=_text(entry, "kind"),
            name=_text(entry, "name"),
            caption=_text(entry, "caption"),
            tag=_text(entry, "tag"),
            professional=_professional(entry["professional"]) if entry.get("professional") else None,
            identity=_identity(entry["identity"]) if entry.get("identity") else None,
            france_connect=_text(entry, "france_connect", ""),
            ins=_ins(entry["ins"]) if entry.get("ins") else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFile(f"{where}: {type(error).__name__}") from error
    if person.kind not in KINDS or not person.id:
        raise BadFile(f"{where}: kind or id")
    if (person.france_connect or person.ins) and person.identity is None:
        raise BadFile(f"{where}: no identity")
    return person


def _professional(entry: Mapping[str, Any]) -> Professional:
    return Professional(
        rpps=_text(entry, "rpps"),
        civility=_text(entry, "civility", ""),
        given_name=_text(entry, "given_name"),
        family_name=_text(entry, "family_name"),
        regulation=bool(entry.get("regulation", False)),
        exercices=tuple(dict(exercice) for exercice in entry.get("exercices", [])),
        claims=dict(entry.get("claims", {})),
    )


def _identity(entry: Mapping[str, Any]) -> CivilIdentity:
    given_names = tuple(str(name) for name in entry["given_names"])
    if not given_names or entry["sex"] not in ("F", "M"):
        raise ValueError
    return CivilIdentity(
        birth_name=_text(entry, "birth_name"),
        used_name=_text(entry, "used_name", ""),
        given_names=given_names,
        sex=_text(entry, "sex"),
        birth_date=date.fromisoformat(entry["birth_date"]),
        birthplace=_text(entry, "birthplace"),
        email=_text(entry, "email", ""),
        phone=_text(entry, "phone", ""),
    )


def _ins(entry: Mapping[str, Any]) -> Ins:
    oid = _text(entry, "oid")
    history = tuple(
        FormerIns(_text(former, "value"), _text(former, "oid", oid), _text(former, "from", ""), _text(former, "to", ""))
        for former in entry.get("history", [])
    )
    values = [_text(entry, "value"), *(former.value for former in history)]
    if any(len(value) != 15 for value in values):
        raise ValueError
    return Ins(values[0], oid, history)


_REQUIRED = object()


def _text(entry: Mapping[str, Any], name: str, default: Any = _REQUIRED) -> str:
    value = entry[name] if default is _REQUIRED else entry.get(name, default)
    if not isinstance(value, str):
        raise TypeError
    return value
