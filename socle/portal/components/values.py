"""What component templates show: plain values that pages fill. The name of each template is in its class.

Texts are shown as given (escaped). An empty text is a part that is not shown, unless the docstring says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

INS_CHIPS = {
    "qualifiee": ("INS qualifiée", "done", "shield-check"),
    "recuperee": ("INS récupérée", "note", "info"),
    "validee": ("Identité validée", "note", "badge-check"),
    "provisoire": ("Identité provisoire", "warn", "circle-dashed"),
}
ATTRIBUTE_CHIPS = {
    "homonyme": ("Homonyme", "warn", "users"),
    "douteux": ("Identité douteuse", "alert", "triangle-alert"),
    "fictif": ("Fictif", "", ""),
}
RELIABILITY = {
    "structured": ("structuré", "rel-structured"),
    "declared": ("déclaré", "rel-declared"),
    "read": ("lu dans un document", "rel-read"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """`components/chip.html`: a state in two or three words. `kind`: alert, strong, warn, note, done, mark, plain or empty."""

    text: str
    kind: str = ""
    icon: str = ""
    href: str = ""
    urgent: bool = False
    """Stays visible on a phone although the identity is folded (the `alert-line`)."""


@dataclass(frozen=True, slots=True)
class PatientHeader:
    """`components/patient_header.html`: identity on every page with patient data.

    `family_name` is the birth name; `matricule` is given only for a qualified identity, to a reader who may see it.
    `logistic` keeps the identity line and the chips only (social and home-help workers).
    """

    family_name: str
    given_name: str
    sex: str
    birth: date | str
    given_names: str = ""
    used_name: str = ""
    ins_status: str = ""
    attributes: tuple[str, ...] = ()
    birthplace: str = ""
    matricule: str = ""
    attending: str = ""
    """Médecin traitant; empty is said « aucun déclaré », unless the record is not open and nobody knows."""
    attending_known: bool = True
    chips: tuple[Chip, ...] = ()
    change_href: str = ""
    logistic: bool = False
    record_rank: int = 1
    """2 and more when another record is open in the same browser: the band changes."""

    @property
    def name(self) -> str:
        return f"{self.family_name.upper()} {self.given_name}"

    @property
    def status_chips(self) -> tuple[Chip, ...]:
        known = [INS_CHIPS[self.ins_status]] if self.ins_status in INS_CHIPS else []
        known += [ATTRIBUTE_CHIPS[name] for name in self.attributes if name in ATTRIBUTE_CHIPS]
        return tuple(Chip(text, kind, icon) for text, kind, icon in known)

    @property
    def urgent_chips(self) -> tuple[Chip, ...]:
        return tuple(chip for chip in self.chips if chip.urgent)

    @property
    def sex_name(self) -> str:
        return {"F": "Féminin", "M": "Masculin"}.get(self.sex, "Sexe indéterminé")


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    text: str
    href: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """`components/local_nav.html`: a section of a record. `count` None is not shown; `gap` opens a new group."""

    text: str
    href: str
    count: int | None = None
    current: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """`components/facts.html`: value in bold, detail in grey, date and source at the right edge.

    `dose` follows the value in plain weight; `flag` = look at it; `gap` = said to be absent (« non renseigné »);
    `unsure` = said by a document, not to be taken as certain.
    `reliability`: structured, declared, read or empty.
    """

    value: str
    dose: str = ""
    date: str = ""
    detail: str = ""
    detail_link: Link | None = None
    source: Link | None = None
    reliability: str = ""
    flag: bool = False
    gap: bool = False
    unsure: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """`components/document_rows.html`. `why` is the snippet that explains a search hit, in pieces: (text, found)."""

    title: str
    date: str
    href: str
    meta: str = ""
    icon: str = "file-text"
    current: bool = False
    why: tuple[tuple[str, bool], ...] = ()
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """`components/log.html`: one line of the access journal, a sentence. `at` is an instant; `ask_href` posts a question."""

    at: datetime
    who: str
    what: str
    detail: str = ""
    ask_href: str = ""
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """`components/timeline.html`: a folded group of documents under its month; a single document is a link (`href`), with its
    `detail` in grey."""

    when: str
    title: str
    where: str = ""
    href: str = ""
    detail: str = ""
    steps: tuple[str, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """`components/filters.html`: a link that keeps its state in the address."""

    text: str
    href: str
    current: bool = False
    count: int | None = None
    push: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `href` makes it a link, `chip` comes before the text."""

    text: str = ""
    href: str = ""
    chip: Chip | None = None
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`components/table.html`: compared values; the first cell of a row names it. Stacks on a phone."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def headings(self) -> tuple[tuple[str, bool], ...]:
        """Each column's title, and whether it holds numbers (aligned right)."""
        first = self.rows[0] if self.rows else tuple(Cell() for _ in self.columns)
        return tuple((title, cell.number) for title, cell in zip(self.columns, first, strict=True))

    @property
    def labelled_rows(self) -> tuple[tuple[tuple[str, Cell], ...], ...]:
        return tuple(tuple(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Todo:
    """`components/todo.html`: one thing to do of a patient."""

    title: str
    detail: str
    action: Link
    icon: str = "file-text"


@dataclass(frozen=True, slots=True)
class Toast:
    """`components/toast.html`: what an action did; `undo_href` is posted to."""

    text: str
    undo_href: str = ""
    undo_text: str = "Annuler"


@dataclass(frozen=True, slots=True)
class Acting:
    """`components/acting.html`: whose space a representative is in. `tie` reads « vous êtes sa fille »."""

    name: str
    tie: str
    leave_href: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`components/dialog_page.html`: a refusal or an error, what to do and whom to call. `grantor` says who can grant."""

    title: str
    sentence: str
    chip: Chip | None = None
    todo: str = ""
    grantor: str = ""
    choices: tuple[Link, ...] = ()
    back: Link | None = None
    reference: str = ""
    """An opaque number to quote when calling."""
    issues: tuple[str, ...] = field(default=())
