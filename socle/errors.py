"""The only errors that cross a package boundary on purpose.

Each carries a stable `code` (machines) and a French `sentence` that is safe to show to whoever asked: it names no person, no
document and no health fact. One table a wire maps these classes to its own language (page, OperationOutcome, SMTP code, ACK).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with an input: `where` is a path in the input's own language (FHIRPath, XPath, field name)."""

    code: str
    sentence: str
    where: str = ""
    severity: str = "error"


class SocleError(Exception):
    """Base of the five errors below; never raised itself."""

    default_code = "erreur"
    default_sentence = "L’opération n’a pas pu aboutir."

    def __init__(self, code: str | None = None, sentence: str | None = None) -> None:
        self.code = code or self.default_code
        self.sentence = sentence or self.default_sentence
        super().__init__(self.code)


class NotFound(SocleError):
    """What was asked does not exist for this asker: absent, hidden and blocked are one and the same answer."""

    default_code = "introuvable"
    default_sentence = "Cet élément n’existe pas ou ne vous est pas accessible."


class Forbidden(SocleError):
    """A rule says no; `grantor` tells in French who can grant the right, when someone can."""

    default_code = "interdit"
    default_sentence = "Vous n’avez pas le droit de faire cela."

    def __init__(self, code: str | None = None, sentence: str | None = None, grantor: str = "") -> None:
        super().__init__(code, sentence)
        self.grantor = grantor


class Invalid(SocleError):
    """The input is wrong; `issues` says where and how to mend it."""

    default_code = "invalide"
    default_sentence = "Les informations envoyées ne peuvent pas être acceptées."

    def __init__(
        self, code: str | None = None, sentence: str | None = None, issues: Sequence[Issue] = (), where: str = ""
    ) -> None:
        super().__init__(code, sentence)
        self.issues: tuple[Issue, ...] = tuple(issues) or (Issue(self.code, self.sentence, where),)


class Conflict(SocleError):
    """The state has moved or already holds something else: reload, compare, try again."""

    default_code = "conflit"
    default_sentence = "Cet élément a changé entre-temps. Rechargez la page avant de recommencer."


class Unavailable(SocleError):
    """Something outside, or a resource of ours, does not answer now; trying again later is right."""

    default_code = "indisponible"
    default_sentence = "Le service ne répond pas pour l’instant. Réessayez dans quelques instants."

    def __init__(self, code: str | None = None, sentence: str | None = None, retry_after_s: int = 2) -> None:
        super().__init__(code, sentence)
        self.retry_after_s = retry_after_s
