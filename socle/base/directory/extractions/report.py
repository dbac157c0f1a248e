"""What an import did, for the operator: counts, and the numbers of the lines that need a look. Nothing of their content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

SENTENCES = {
    "colonnes": "nombre de colonnes inattendu",
    "encodage": "caractères illisibles dans l’encodage du fichier",
    "longueur": "ligne trop longue",
    "identifiant": "identifiant national du professionnel de forme inattendue",
    "identifiant-incoherent": "les identifiants du professionnel se contredisent",
    "identifiant-structure": "identifiant de structure de forme inattendue",
    "cle": "clé de contrôle d’un identifiant fausse",
    "nom": "nom d’exercice absent",
    "adresse": "adresse de messagerie de forme inattendue",
    "type-boite": "type de boîte aux lettres inconnu",
    "titulaire": "boîte aux lettres sans titulaire connu",
    "savoir-faire": "profession ou savoir-faire absent",
    "professionnel-inconnu": "professionnel absent de l’annuaire",
}
LISTED = 1000


@dataclass(frozen=True, slots=True)
class LineIssue:
    """One line to look at; the header is line 1."""

    number: int
    code: str

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`bad` lines were left out, `warned` ones imported; at most 1000 of each are listed, the counts are whole. Rows are
    situations, mailboxes or qualifications; `gone` ones are now inactive."""

    kind: str
    lines: int
    added: int
    changed: int
    unchanged: int
    gone: int
    bad_count: int
    bad: tuple[LineIssue, ...]
    warned_count: int
    warned: tuple[LineIssue, ...]
    seconds: float

    def as_text(self) -> str:
        """A few French lines for a terminal."""
        lines = [
            f"{self.kind} : {self.lines} lignes lues en {self.seconds:.0f} s",
            f"  {self.added} ajoutées, {self.changed} modifiées, {self.unchanged} inchangées, {self.gone} devenues inactives",
        ]
        for title, total, issues in (
            ("refusées", self.bad_count, self.bad),
            ("importées avec réserve", self.warned_count, self.warned),
        ):
            if total:
                lines.append(f"  {total} lignes {title}")
                lines += [f"    ligne {issue.number} : {issue.sentence}" for issue in issues]
        return "\n".join(lines)


@dataclass(slots=True)
class Issues:
    """Collects line numbers while a file is read."""

    listed: list[LineIssue] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, number: int, code: str) -> None:
        self.counts[code] += 1
        if len(self.listed) < LISTED:
            self.listed.append(LineIssue(number, code))

    @property
    def total(self) -> int:
        return sum(self.counts.values())
