"""`Extraction_Correspondance_MSSante`: one line is one mailbox, its address is its key. Source: rules.md §5.3 (31 columns).

Whoever holds a box and is not in the directory yet enters it by this file, with what it says of them.
"""

from __future__ import annotations

import re
from operator import itemgetter

from django.db.backends.utils import CursorWrapper

from socle.base.directory import keys
from socle.base.directory.extractions import mailboxes_sql as sql
from socle.base.directory.extractions.identifiers import person, structure, wrong_keys_are_errors
from socle.base.directory.extractions.loading import Merged, Run, count_of
from socle.base.directory.extractions.names import add_names
from socle.base.directory.extractions.reading import BadLine, Header
from socle.base.directory.extractions.report import Issues

COLUMNS = (
    "Type de BAL",
    "Adresse BAL",
    "Type Identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Type identifiant structure",
    "Identification Structure",
    "Service de rattachement",
    "Civilité d'exercice",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Catégorie profession",
    "Code Profession",
    "Dématérialisation",
    "Raison Sociale structure BAL",
    "Enseigne commerciale structure BAL",
    "L2COMPLEMENTLOCALISATION structure BAL",
    "L3COMPLEMENTDISTRIBUTION structure BAL",
    "L4NUMEROVOIE structure BAL",
    "L4COMPLEMENTNUMEROVOIE structure BAL",
    "NL4TYPEVOIE structure BAL",
    "L4LIBELLEVOIE structure BAL",
    "L5LIEUDITMENTION structure BAL",
    "L6LIGNEACHEMINEMENT structure BAL",
    "Code postal structure BAL",
    "Département structure BAL",
)
_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\.[a-z]{2,63}")
_KINDS = frozenset({"PER", "ORG", "APP", "CAB"})
_STRUCTURES = {"0": "A", "1": "F", "2": "S", "3": "C", "4": "R", "FINESS": "F", "SIREN": "S", "SIRET": "C", "RPPS-RANG": "R"}
"""Letter of the organisation's key by type of identifier (TRE_G07, or its name)."""
_IDNST = {"A": "0", "F": "1", "S": "2", "C": "3", "R": "4"}
_LENGTHS = {"A": 11, "F": 9, "S": 9, "C": 14, "R": 14}
_REGISTERS = {"F": "finess", "S": "siren", "C": "siret"}
_YES = frozenset({"O", "OUI", "1", "Y", "TRUE", "VRAI"})
_CITY_LINE = re.compile(r"^[0-9]{5}\s+")


class Mailboxes:
    """Mailboxes, and their holders when nothing else has brought them."""

    kind = "Correspondance_MSSante"
    table = "directory_secureaddress"
    staged = sql.STAGED

    @staticmethod
    def recognises(header: Header) -> bool:
        return header.has(*COLUMNS)

    def __init__(self, header: Header) -> None:
        self.bad = Issues()
        self.warned = Issues()
        self._strict = wrong_keys_are_errors()
        self._pick = itemgetter(*(header.position(name) for name in COLUMNS))

    def row(self, fields: list[str], number: int) -> str:
        (
            kind, address, id_kind, id_number, id_national, place_kind, place_id, service, title, family, given, category,
            profession, paperless, name, trade_name, *lines, postal_code, departement,
        ) = self._pick(fields)  # fmt: skip
        address = address.lower()
        if kind not in _KINDS:
            raise BadLine("type-boite")
        if not _ADDRESS.fullmatch(address):
            raise BadLine("adresse")
        national_id, rpps, key_is_right = person(id_kind, id_number, id_national) if id_number or id_national else ("", "", True)
        register, number_of_place = _structure(place_kind.upper(), place_id)
        if register in _REGISTERS:
            key_is_right &= structure(_REGISTERS[register], number_of_place)
        if not (national_id or (register and kind != "PER")):
            raise BadLine("titulaire")
        if not key_is_right:
            if self._strict:
                raise BadLine("cle")
            self.warned.add(number, "cle")
        sort_key = keys.sort_key(family, given)
        if national_id and sort_key.startswith(" "):
            raise BadLine("nom")
        way, city = _postal_lines(lines)
        city, departement, town_key = keys.located("", city, postal_code, departement)
        numbers = {kept: number_of_place if kept == register else "" for kept in _LENGTHS}
        return "\t".join(
            (
                kind, address, national_id, rpps, title, family, given, keys.words(family), sort_key, keys.given_key(given),
                profession, category, f"{register}{number_of_place}", (_IDNST[register] if register else "") + number_of_place,
                numbers["F"], numbers["S"], numbers["C"], numbers["R"], name, trade_name, keys.given_key(trade_name or name),
                way, postal_code, city, departement, town_key, service, "t" if paperless.upper() in _YES else "f",
            )
        )  # fmt: skip

    def merge(self, cursor: CursorWrapper, run: Run) -> Merged:
        now = [run.now]
        cursor.execute(sql.INSERT_ORGANISATIONS.format(id=run.new_id("d")), now)
        cursor.execute(sql.INSERT_PRACTITIONERS.format(id=run.new_id("e")), now)
        add_names(cursor, "WHERE national_id <> ''")
        changed = 0 if run.first else count_of(cursor, sql.UPDATE_ADDRESSES, now)
        added = count_of(cursor, sql.INSERT_ADDRESSES.format(id=run.new_id("f")), now)
        gone = count_of(cursor, sql.END_ADDRESSES, now)
        for statement in (sql.TOUCH_PRACTITIONERS, sql.TOUCH_ORGANISATIONS):
            cursor.execute(statement, [run.now, run.now, run.now])
        return Merged(added, changed, gone)


def _structure(kind: str, number: str) -> tuple[str, str]:
    """The register's letter, as in organisation keys, and the bare number; both empty without one. The number may be written
    with the prefix of its national form."""
    if not number:
        return "", ""
    if kind not in _STRUCTURES:
        raise BadLine("identifiant-structure")
    register = _STRUCTURES[kind]
    if len(number) == _LENGTHS[register] + 1 and number[0] == _IDNST[register]:
        number = number[1:]
    return register, number


def _postal_lines(lines: list[str]) -> tuple[str, str]:
    """The street lines between line feeds as COPY reads them, and the city of the last one."""
    place, recipient, way_number, repetition, way_type, way, mention, routing = lines
    street = " ".join(part for part in (way_number + repetition, way_type, way) if part)
    return "\\n".join(part for part in (place, recipient, street, mention) if part), _CITY_LINE.sub("", routing)
