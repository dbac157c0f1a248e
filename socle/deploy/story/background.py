"""A generated population for load: patients, professionals and light documents, as many as asked, one after the other.

The same size, seed and day always give the same people and the same bytes; each item is made from its number alone, so that
a part can be made without the rest and nothing is kept. Names are put together from syllables and belong to nobody;
matricules are in the test OID with order 000 and are all different, RPPS are 9971… (9972… in series 2) with a right key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from math import gcd
from uuid import UUID, uuid5

from socle.base.terminology.reading import rows
from socle.clock import PARIS
from socle.deploy.story.binding import StoryDocument
from socle.deploy.story.people import Patient, Place, Professional, Structure
from socle.deploy.story.stencils import Filling, stencils
from socle.formats.identifiers.checksum import luhn_key
from socle.formats.identifiers.ins import INS_TEST_OID, ins_key

_NAMESPACE = UUID("1b8f4a52-3b0e-5e0c-8f39-6d2f0b7f1c55")
_HEADS = ("Bel", "Mont", "Cast", "Val", "Roch", "Font", "Gris", "Clair", "Lan", "Mor", "Tré", "Sau", "Mar", "Cor", "Pel", "Vern")
_TAILS = ("érive", "andou", "issac", "ombel", "arvet", "olinet", "éguy", "audrin", "essart", "avelin", "ouvier", "ignan", "elong")
_WOMEN = ("Alba", "Bérénice", "Clarisse", "Delphine", "Édith", "Flore", "Garance", "Hortense", "Iris", "Jeanne", "Lina", "Maud")
_MEN = ("Achille", "Barnabé", "Cyprien", "Désiré", "Émile", "Faustin", "Gaspard", "Hector", "Ismaël", "Joseph", "Lazare", "Marin")
_DEPARTEMENTS = ("75", "77", "78", "91", "92", "93", "94", "95")
_SINCE_1968 = (1968, 54)
"""First year, number of years: before 1968 the départements 91 to 95 did not exist."""
_SPECIALTIES = (
    ("G15_10/SM54", "Médecin - Médecine Générale (SM)", "DR"),
    ("G15_60", "Infirmier", ""),
    ("G15_10/SM04", "Médecin - Cardiologie et maladies vasculaires (SM)", "DR"),
    ("G15_70", "Masseur-Kinésithérapeute", ""),
    ("G15_10/SM15", "Médecin - Dermatologie et Vénéréologie (SM)", "DR"),
    ("G15_21/A", "Pharmacien titulaire d'officine", ""),
)
_SPREAD_DAYS = 5 * 365
_MIX = 2654435761
"""Large: sends neighbours far apart."""


@dataclass(frozen=True)
class Population:
    """`patients`, `documents` and `professionals` are numbers of items; `today` is the day of the newest document. Professionals
    and structures of two series (a digit) never have the same numbers."""

    patients_count: int
    documents_count: int
    professionals_count: int
    seed: int
    today: date
    series: int = 1

    def patients(self) -> Iterator[Patient]:
        return (self.patient(number) for number in range(self.patients_count))

    def professionals(self) -> Iterator[Professional]:
        return (self.professional(number) for number in range(self.professionals_count))

    def structures(self) -> Iterator[Structure]:
        return (self.structure(number) for number in range((self.professionals_count + 3) // 4))

    def documents(self) -> Iterator[StoryDocument]:
        """Oldest first for each patient; patients by turns, so that each has as many as the others, within one."""
        for number in range(self.documents_count):
            rank, patient = divmod(number, self.patients_count)
            yield self.document(patient, rank)

    def patient(self, number: int) -> Patient:
        sex, born, place = self._birth(number)
        mixed = number * 7 + self.seed
        given = (_WOMEN if sex == "F" else _MEN)[mixed % 12]
        second = (_WOMEN if sex == "F" else _MEN)[(mixed // 12 + 5) % 12]
        first13 = f"{'2' if sex == 'F' else '1'}{born:%y%m}{place[0]}000"
        home = _communes()[(number * 31 + self.seed) % len(_communes())]
        family = _family(number + self.seed)
        matricule = first13 + ins_key(first13)
        return Patient(
            key=f"b{number}",
            number="",
            kind="patient",
            name=f"{given} {family}",
            caption="Population générée",
            birth_name=family,
            used_name="",
            given_names=(given, second),
            sex=sex,
            birth_on=born,
            birthplace_code=place[0],
            birthplace=place[1],
            ins=matricule,
            ins_oid=INS_TEST_OID,
            status="qualifiee",
            attributes=(),
            address=Place((f"{1 + number % 98} rue des Exemples",), f"{home[0][:2]}000", home[1].upper(), home[0]),
            phones=(f"063998{number % 10000:04d}",),
            email="",
            mailbox="",
            space="active",
            attending=self.professional(self._attending(number)).key,
            relatives=(),
            representatives=(),
            represents=(),
            protection="",
        )

    def professional(self, number: int) -> Professional:
        code, label, title = _SPECIALTIES[number % len(_SPECIALTIES)]
        woman = (number + self.seed) % 2 == 0
        given = (_WOMEN if woman else _MEN)[(number * 5 + self.seed) % 12]
        family = _family(number * 3 + 17 + self.seed).upper()
        base = f"997{self.series}{number:06d}"
        return Professional(
            key=f"bp{number}",
            name=f"{'Dr ' if title else ''}{given} {family}",
            family=family,
            given=given,
            civility="MME" if woman else "M",
            title=title,
            caption=label,
            structure=f"bs{number // 4}",
            mailbox="",
            rpps=base + luhn_key(base),
            specialty_code=code,
            specialty_label=label,
            persona=False,
        )

    def structure(self, number: int) -> Structure:
        place = _communes()[(number * 13 + self.seed) % len(_communes())]
        finess = f"{place[0][:2]}{self.series}{number % 100000:05d}"
        finess += luhn_key(finess)
        return Structure(
            key=f"bs{number}",
            name=f"Maison de santé n° {number + 1} de {place[1]} (fictif)",
            finess=finess,
            idnst="1" + finess,
            facility_type="SA52",
            setting="AMBULATOIRE",
            address=Place((f"{1 + number % 60} place des Essais",), f"{place[0][:2]}000", place[1].upper(), place[0]),
            phone=f"019900{number % 10000:04d}",
            mailbox="",
        )

    def document(self, patient: int, rank: int) -> StoryDocument:
        """The document of that rank of a patient, whatever the number of documents asked: a consultation, a letter or a note."""
        person = self.patient(patient)
        author = self.professional(self._author(patient, rank))
        forms = stencils()
        form = forms[(patient + rank * 3 + self.seed) % len(forms)]
        ranks = max(1, -(-self.documents_count // self.patients_count))
        ago = _SPREAD_DAYS * (ranks - 1 - rank % ranks) // ranks + patient % 20
        at = datetime.combine(self.today - timedelta(days=ago), time(8 + rank % 10, patient % 60), PARIS)
        key = f"{person.key}-{rank}"
        identity = uuid5(_NAMESPACE, f"{self.seed}:{key}")
        structure = self.structure(int(author.structure.removeprefix("bs")))
        filling = Filling(person, author, structure, at, identity)
        return StoryDocument(
            key=key,
            patient=person.key,
            author=author.key,
            depositor=author.key,
            cda=form.fill(filling),
            type_code=form.type_code,
            title=form.title,
            deposited_on=at.date(),
            deposited_at=at,
            visibility=(),
            document_id=f"urn:oid:2.25.{identity.int}",
            replaces="",
        )

    def _attending(self, patient: int) -> int:
        """A general practitioner where there is one: the first of each turn of the specialties."""
        turns = max(1, self.professionals_count // len(_SPECIALTIES))
        return patient % turns * len(_SPECIALTIES) % self.professionals_count

    def _author(self, patient: int, rank: int) -> int:
        if rank % 3:
            return self._attending(patient)
        number = (patient * 11 + rank) % self.professionals_count
        return number if not _SPECIALTIES[number % len(_SPECIALTIES)][0].startswith("G15_21") else self._attending(patient)

    def _birth(self, number: int) -> tuple[str, date, tuple[str, str]]:
        """Sex, day and place of birth: no two numbers share sex, month and place, which are what the matricule says."""
        first_year, years = _SINCE_1968
        space = len(_communes()) * years * 12 * 2
        if number >= space:
            raise ValueError(f"more than {space} people cannot have matricules of their own")
        mixed = (number * self._multiplier + self.seed * _MIX) % space
        mixed, woman = divmod(mixed, 2)
        mixed, month = divmod(mixed, 12)
        place, year = divmod(mixed, years)
        born = date(first_year + year, month + 1, 1 + (number * 17 + self.seed) % 28)
        return ("F" if woman else "M"), born, _communes()[place]

    @cached_property
    def _multiplier(self) -> int:
        """`_MIX`, moved up until it shares no factor with the space of births: numbers then never meet."""
        space = len(_communes()) * _SINCE_1968[1] * 24
        found = _MIX % space
        while gcd(found, space) != 1:
            found += 1
        return found


def _family(number: int) -> str:
    head, tail = number % len(_HEADS), number // len(_HEADS) % len(_TAILS)
    return (_HEADS[head] + _TAILS[tail]).upper()


@cache
def _communes() -> tuple[tuple[str, str], ...]:
    """Code and name of the communes and arrondissements of eight départements, as of today."""
    return tuple(
        (row["code"], row["name"])
        for row in rows("communes.csv.gz")
        if row["code"][:2] in _DEPARTEMENTS and row["kind"] in ("C", "A") and row["code"] != "75056"
    )
