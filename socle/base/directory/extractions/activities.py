"""`PS_LibreAcces_Personne_activite`: one line is one situation of practice. Source: rules.md §5.3 (56 columns)."""

from __future__ import annotations

from operator import itemgetter

from django.db.backends.utils import CursorWrapper

from socle.base.directory import keys
from socle.base.directory.extractions import activities_sql as sql
from socle.base.directory.extractions.identifiers import person, structure, wrong_keys_are_errors
from socle.base.directory.extractions.loading import Merged, Run, count_of
from socle.base.directory.extractions.names import add_names, count_towns
from socle.base.directory.extractions.reading import BadLine, Header
from socle.base.directory.extractions.report import Issues

COLUMNS = (
    "Type d'identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Code civilité d'exercice",
    "Code civilité",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Code profession",
    "Code catégorie professionnelle",
    "Code type savoir-faire",
    "Code savoir-faire",
    "Code mode exercice",
    "Numéro SIRET site",
    "Numéro SIREN site",
    "Numéro FINESS site",
    "Numéro FINESS établissement juridique",
    "Identifiant technique de la structure",
    "Raison sociale site",
    "Enseigne commerciale site",
    "Complément destinataire (coord. structure)",
    "Complément point géographique (coord. structure)",
    "Numéro Voie (coord. structure)",
    "Indice répétition voie (coord. structure)",
    "Libellé type de voie (coord. structure)",
    "Libellé Voie (coord. structure)",
    "Mention distribution (coord. structure)",
    "Bureau cedex (coord. structure)",
    "Code postal (coord. structure)",
    "Code commune (coord. structure)",
    "Libellé commune (coord. structure)",
    "Téléphone (coord. structure)",
    "Téléphone 2 (coord. structure)",
    "Télécopie (coord. structure)",
    "Adresse e-mail (coord. structure)",
    "Code Département (structure)",
    "Code secteur d'activité",
    "Code section tableau pharmaciens",
    "Code rôle",
    "Code genre activité",
)
LINE_FEED = "\\n"
"""As COPY reads it."""
_NO_LETTER = " "


class Activities:
    """Persons, organisations and situations of one extraction."""

    kind = "Personne_activite"
    table = "directory_situation"
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
            id_kind, id_number, id_national, title, civility, family, given, profession, category, know_how_type, know_how, mode,
            siret, siren, finess, finess_legal, technical, name, trade_name, recipient, precision, street_number, repetition,
            street_type, street, mention, cedex, postal_code, commune, city, phone, other_phone, fax, email, departement, sector,
            section, role, genre,
        ) = self._pick(fields)  # fmt: skip
        national_id, rpps, key_is_right = person(id_kind, id_number, id_national)
        for register, value in (("finess", finess), ("finess", finess_legal), ("siret", siret), ("siren", siren)):
            key_is_right &= structure(register, value)
        if not key_is_right:
            self._wrong_key(number)
        sort_key = keys.sort_key(family, given)
        if sort_key.startswith(_NO_LETTER):
            raise BadLine("nom")
        place = keys.organisation_key(technical, finess, siret, siren)
        city, departement, town_key = keys.located(commune, city or cedex, postal_code, departement)
        way = " ".join(part for part in (street_number + repetition, street_type, street) if part)
        address = LINE_FEED.join(part for part in (recipient, precision, way, mention) if part)
        key = keys.situation_key(national_id, profession, category, know_how, mode, section, role, genre, place)
        return "\t".join(
            (
                key.hex, national_id, rpps, title, civility, family, given,
                keys.words(family), sort_key, keys.given_key(given), profession, category, know_how_type, know_how, mode,
                sector, section, role, genre, place, keys.organisation_national_id(technical, finess, siret), finess,
                finess_legal, siren, siret, technical[1:] if technical.startswith("R") else "", name, trade_name,
                keys.given_key(trade_name or name), phone, other_phone, fax, email.lower(), address, postal_code, commune, city,
                departement, town_key,
            )
        )  # fmt: skip

    def _wrong_key(self, number: int) -> None:
        if self._strict:
            raise BadLine("cle")
        self.warned.add(number, "cle")

    def merge(self, cursor: CursorWrapper, run: Run) -> Merged:
        now = [run.now]
        cursor.execute(sql.UPDATE_ORGANISATIONS, now)
        cursor.execute(sql.UPDATE_PRACTITIONERS, now)
        changed = count_of(cursor, sql.UPDATE_SITUATIONS, now)
        cursor.execute(sql.INSERT_ORGANISATIONS.format(id=run.new_id("a")), now)
        cursor.execute(sql.INSERT_PRACTITIONERS.format(id=run.new_id("b")), now)
        added = count_of(cursor, sql.INSERT_SITUATIONS.format(id=run.new_id("c")), now)
        add_names(cursor, "")
        gone = 0
        if not run.first:
            gone = count_of(cursor, sql.END_SITUATIONS, now)
            cursor.execute(sql.TOUCHED_TABLE)
            cursor.execute(sql.TOUCHED, now)
            cursor.execute(sql.END_PRACTITIONERS, now)
            cursor.execute(sql.END_ORGANISATIONS, now)
            cursor.execute(sql.TOUCH_PRACTITIONERS, [run.now, run.now])
        if added or changed or gone:
            count_towns(cursor)
        return Merged(added, changed, gone)
