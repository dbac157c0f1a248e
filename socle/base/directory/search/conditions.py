"""From search parameters of FHIR to statements: each stage is one ordered reading of one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from socle.base.directory.keys import town_words
from socle.base.directory.search.spellings import after
from socle.errors import Invalid
from socle.formats.identifiers import normalise_identifier, rpps_of, system_of_uri
from socle.formats.names import search_form

Code = tuple[str | None, str]
"""System (None: any) and code or value, as a FHIR token says."""
_NOTHING = "false"


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A string: `how` is `starts`, `exact` or `contains`."""

    value: str
    how: str = "starts"


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerCriteria:
    """All of these; each tuple is an alternative. Empty ones do not count."""

    ids: tuple[UUID, ...] = ()
    identifiers: tuple[Code, ...] = ()
    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    active: bool | None = None
    qualifications: tuple[Code, ...] = ()
    mailbox: TextMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCriteria:
    """All of these; each tuple is an alternative. `roles` are codes of activity kind, mode or function."""

    ids: tuple[UUID, ...] = ()
    practitioners: tuple[UUID, ...] = ()
    organisations: tuple[UUID, ...] = ()
    active: bool | None = None
    roles: tuple[Code, ...] = ()
    specialties: tuple[Code, ...] = ()
    mailbox: TextMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCriteria:
    """All of these; each tuple is an alternative. `types` are activity sectors."""

    ids: tuple[UUID, ...] = ()
    identifiers: tuple[Code, ...] = ()
    name: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    postal_code: tuple[str, ...] = ()
    types: tuple[Code, ...] = ()
    active: bool | None = None
    mailbox: TextMatch | None = None


@dataclass(slots=True)
class Stage:
    """Rows of `table` in the order of (`order`, `id_column`)."""

    table: str
    order: str
    id_column: str = "id"
    tests: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    distinct: bool = False

    def where(self, test: str, *values: Any) -> None:
        self.tests.append(test)
        self.values += values

    def sql(self, key: str | None, last: UUID | None) -> tuple[str, list[Any]]:
        """The statement after that row; its last parameter, the limit, is left to add."""
        tests, values = list(self.tests), list(self.values)
        if last is not None:
            tests.append(
                f"{self.id_column} > %s" if self.order == self.id_column else f"({self.order}, {self.id_column}) > (%s, %s)"
            )
            values += [last] if self.order == self.id_column else [key, last]
        order = self.id_column if self.order == self.id_column else f"{self.order}, {self.id_column}"
        distinct = f"DISTINCT ON ({order}) " if self.distinct else ""
        sql = f"SELECT {distinct}{self.order}, {self.id_column} FROM {self.table}"  # noqa: S608
        return f"{sql} WHERE {' AND '.join(tests) or 'true'} ORDER BY {order} LIMIT %s", values


def of_practitioners(criteria: PractitionerCriteria) -> list[Stage]:
    """By name when one is asked, by id otherwise. `name` is a family name that starts so, then a given name that does."""
    family, given = _forms(criteria.family), _forms(criteria.given)
    if criteria.qualifications:
        return [_qualified(criteria, family, given)]
    names = _forms(criteria.name)
    if not names:
        return [_people(criteria, "sort_key" if family else "given_key" if given else "id", family, given)]
    by_family = _people(criteria, "sort_key", family, given)
    _starting(by_family, "sort_key", names)
    by_given = _people(criteria, "given_key", family, given)
    _starting(by_given, "given_key", names)
    for name in names:
        by_given.where("NOT (sort_key >= %s AND sort_key < %s)", name, after(name))
    return [by_family, by_given]


def _people(criteria: PractitionerCriteria, order: str, family: list[str], given: list[str]) -> Stage:
    stage = Stage("directory_practitioner", order)
    _starting(stage, "sort_key", family)
    _starting(stage, "given_key", given)
    if criteria.ids:
        stage.where("id = ANY(%s)", list(criteria.ids))
    if criteria.identifiers:
        stage.where("national_id = ANY(%s)", [one for code in criteria.identifiers for one in _national_ids(code)])
    if criteria.active is not None:
        stage.where("active = %s", criteria.active)
    if criteria.mailbox:
        _holding(stage, "practitioner_id", "organisation_id IS NULL", criteria.mailbox)
    return stage


def _qualified(criteria: PractitionerCriteria, family: list[str], given: list[str]) -> Stage:
    """Driven by the situations, whose indexes hold profession, know-how and name together."""
    stage = Stage("directory_situation", "sort_key", "practitioner_id", distinct=True)
    codes = [code for _, code in criteria.qualifications]
    stage.where("active")
    if all(_is_know_how(code) for code in codes):
        stage.where(
            "know_how = ANY(%s) AND know_how <> ''" if len(codes) > 1 else "know_how = %s AND know_how <> ''", _one(codes)
        )
    elif not any(_is_know_how(code) for code in codes):
        stage.where("profession = ANY(%s)" if len(codes) > 1 else "profession = %s", _one(codes))
    else:
        stage.where("(profession = ANY(%s) OR know_how = ANY(%s))", codes, codes)
    _starting(stage, "sort_key", family)
    rest = PractitionerCriteria(
        ids=criteria.ids,
        identifiers=criteria.identifiers,
        name=criteria.name,
        given=criteria.given,
        active=criteria.active,
        mailbox=criteria.mailbox,
    )
    others = [one for one in of_practitioners(rest) if one.tests]
    if others:
        union = " UNION ALL ".join(f"SELECT id FROM {one.table} WHERE {' AND '.join(one.tests)}" for one in others)  # noqa: S608
        stage.where(f"practitioner_id IN ({union})", *(value for one in others for value in one.values))
    return stage


def of_roles(criteria: RoleCriteria) -> list[Stage]:
    """By id: the oldest first."""
    stage = Stage("directory_situation", "id")
    for column, wanted in (
        ("id", criteria.ids),
        ("practitioner_id", criteria.practitioners),
        ("organisation_id", criteria.organisations),
    ):
        if wanted:
            stage.where(f"{column} = ANY(%s)", list(wanted))
    if criteria.active is not None:
        stage.where("active = %s", criteria.active)
    if criteria.roles:
        codes = [code for _, code in criteria.roles]
        stage.where("(genre = ANY(%s) OR mode = ANY(%s) OR role = ANY(%s))", codes, codes, codes)
    if criteria.specialties:
        stage.where("know_how = ANY(%s)", [code for _, code in criteria.specialties])
    if criteria.mailbox:
        _in_place(stage, criteria.mailbox)
    return [stage]


def of_organisations(criteria: OrganisationCriteria) -> list[Stage]:
    """By name when a name or a place is asked, by id otherwise."""
    names, named = _forms(criteria.name), bool(criteria.name or criteria.city or criteria.postal_code)
    stage = Stage("directory_organisation", "name_key" if named else "id")
    _starting(stage, "name_key", names)
    if criteria.city:
        _starting(stage, "town_key", ["".join(town_words(city)) for city in criteria.city])
    if criteria.postal_code:
        _starting(stage, "postal_code", [code for code in criteria.postal_code if code.isalnum()])
    if criteria.ids:
        stage.where("id = ANY(%s)", list(criteria.ids))
    if criteria.identifiers:
        tests = [_organisation_identifier(code) for code in criteria.identifiers]
        stage.where(f"({' OR '.join(test for test, _ in tests)})", *(value for _, values in tests for value in values))
    if criteria.types:
        stage.where("sector = ANY(%s)", [code for _, code in criteria.types])
    if criteria.active is not None:
        stage.where("active = %s", criteria.active)
    if criteria.mailbox:
        _holding(stage, "organisation_id", "kind <> 'PER'", criteria.mailbox)
    return [stage]


def _starting(stage: Stage, column: str, forms: list[str]) -> None:
    """The column starts with one of the forms. A form without a letter starts nothing."""
    if not forms:
        return
    ranges = [(form, after(form)) for form in forms if form]
    tests = " OR ".join([f"({column} >= %s AND {column} < %s)"] * len(ranges)) or _NOTHING
    stage.where(f"({tests})", *(bound for pair in ranges for bound in pair))


def _forms(typed: tuple[str, ...]) -> list[str]:
    return [search_form(text[:200]) for text in typed]


def _is_know_how(code: str) -> bool:
    """Professions are numbers (10, 60), know-how codes start with a letter (SM54)."""
    return not code[:1].isdigit()


def _one(codes: list[str]) -> Any:
    return codes[0] if len(codes) == 1 else codes


def _national_ids(code: Code) -> list[str]:
    """The IDNPS that an identifier may be: as such, or from an RPPS. None for another register's, or for another shape."""
    system, value = code
    if "\0" in value:
        return []
    if system is None:
        return [value, f"8{value}"]
    if rpps := rpps_of(system, value):
        return [f"8{rpps}"]
    known = system_of_uri(system, value)
    return [value] if known is not None and known.kind == "idnps" else []


def _organisation_identifier(code: Code) -> tuple[str, list[Any]]:
    system, value = code
    if "\0" in value:
        return _NOTHING, []
    if system is None:
        tests = " OR ".join(f"({column} = %s AND {column} <> '')" for column in ("national_id", "finess", "siret"))
        return f"({tests})", [value] * 3
    try:
        kind, value = normalise_identifier(system, value)
    except Invalid:
        return _NOTHING, []
    column = {"idnst": "national_id", "finess": "finess", "siret": "siret", "siren": "siren", "rpps-rang": "rank"}.get(kind)
    if column is None:
        return _NOTHING, []
    return f"({column} = %s AND {column} <> '')", [value]


def _holding(stage: Stage, holder: str, which: str, mailbox: TextMatch) -> None:
    """The row holds a listed box that matches. `contains @` means: holds a box."""
    test, values = _address(mailbox)
    stage.where(
        f"id IN (SELECT {holder} FROM directory_secureaddress WHERE active AND NOT red_list AND {holder} IS NOT NULL"  # noqa: S608
        f" AND {which} AND {test})",
        *values,
    )


def _in_place(stage: Stage, mailbox: TextMatch) -> None:
    test, values = _address(mailbox)
    stage.where(
        "(practitioner_id, organisation_id) IN (SELECT practitioner_id, organisation_id FROM directory_secureaddress"  # noqa: S608
        f" WHERE active AND NOT red_list AND kind = 'PER' AND {test})",
        *values,
    )


def _address(mailbox: TextMatch) -> tuple[str, list[str]]:
    value = mailbox.value.lower().replace("\0", "")
    if not value:
        return "true", []
    if mailbox.how == "exact":
        return "address = %s", [value]
    if mailbox.how == "contains":
        if value == "@":
            return "true", []
        return "address LIKE %s", [f"%{_escaped(value)}%"]
    return "(address >= %s AND address < %s)", [value, after(value)]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
