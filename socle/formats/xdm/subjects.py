"""The subject line of a message that carries an archive: `XDM/1.0/DDM+<libellé> <NOM> <prénom> <jj/mm/aaaa>`.

Nothing separates the label from the name: a subject alone never names a person. `XdmSubject.label_for` compares it with traits
known from elsewhere. Source: référentiel socle MSSanté #2, ECO.2.1.3; volet Transmission au LPS 1.1.3 (KO).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from socle.errors import Invalid
from socle.formats.birth_dates import french_date, parse_birth_date
from socle.formats.names import comparable
from socle.formats.xdm.codes import IntegrationError, integration_error

PREFIX = "XDM/1.0/DDM+"
CLOSING = "[FIN]"
KO = "[KO Intégration système !]"
_LONGEST = 900  # a line of RFC 5322 has 998 characters
_PREFIX = re.compile(r"XDM\s*/\s*1\.0\s*/\s*DDM\s*\+\s*", re.IGNORECASE)
_BIRTH_DATE = re.compile(r"\s*\b([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})\s*$")
_FAILURE = re.compile(
    r"\[\s*(?:KO\s+Int[eé]gration\s+syst[eè]me|Erreur\s+d\s*['’]\s*int[eé]gration)\s*!?\s*\]\s*(?:\[\s*(?P<code>[0-9]{1,4})\s*\])?\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"\[\s*FIN\s*\]\s*", re.IGNORECASE)
_REPLY = re.compile(r"(?:(?:re|tr|fwd?|aw)\s*:\s*)+", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_MARKS = (_PREFIX, _FAILURE, _CLOSING)
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class XdmSubject:
    """A subject as read. `title` is what people read: without the XDM prefix, the marks in brackets and the birth date."""

    title: str
    birth_date: date | None = None
    is_xdm: bool = False
    """True when the prefix that announces an archive is there."""
    is_failure: bool = False
    """True for the answer of a system that could not integrate; `error` is its code when one is known."""
    error: IntegrationError | None = None
    closes: bool = False
    """True when `[FIN]` is there: the person may no longer answer."""

    def label_for(self, family_name: str, given_name: str) -> str | None:
        """The document's label when the title ends with these names, case and accents aside; None when it names somebody else."""
        names = comparable(f"{family_name} {given_name}").split()
        if not names:
            return None
        words = _REPLY.sub("", self.title, count=1).split() if _REPLY.match(self.title) else self.title.split()
        for cut in range(len(words), -1, -1):
            behind = comparable(" ".join(words[cut:])).split()
            if behind == names:
                return " ".join(words[:cut])
            if len(behind) > len(names):
                return None
        return None


def read_subject(text: str) -> XdmSubject:
    """The subject, decoded from its encoded words, whatever stands before the prefix (`Re:`, `TR:`…). Never fails."""
    rest = _SPACES.sub(" ", _UNFIT.sub(" ", text[: 4 * _LONGEST])).strip()
    failure = _FAILURE.search(rest)
    closes = _CLOSING.search(rest) is not None
    rest = _CLOSING.sub("", _FAILURE.sub("", rest))
    prefixed = _PREFIX.search(rest) is not None
    rest = _PREFIX.sub("", rest)
    born, title = _birth_date(rest) if prefixed else (None, rest)
    return XdmSubject(
        title=_SPACES.sub(" ", title).strip(),
        birth_date=born,
        is_xdm=prefixed,
        is_failure=failure is not None,
        error=integration_error(failure["code"] or "") if failure else None,
        closes=closes,
    )


def write_subject(label: str, family_name: str, given_name: str, birth_date: date, *, closes: bool = False) -> str:
    """The subject, in clear: encoding it is for the mail. Raises Invalid `subject` for a part that is empty or unfit."""
    parts = (label, family_name.upper(), given_name)
    text = PREFIX + " ".join((*parts, french_date(birth_date))) + (f" {CLOSING}" if closes else "")
    if any(not part.strip() or _SPACES.sub(" ", part) != part.strip() or _UNFIT.search(part) for part in parts):
        raise Invalid("subject", "L’objet du message demande le type du document, le nom et le prénom.", where="subject")
    if (
        len(text) > _LONGEST
        or any(mark.search(text[len(PREFIX) :].removesuffix(CLOSING)) for mark in _MARKS)
        or _REPLY.match(label)
    ):
        raise Invalid("subject", "Le type du document ne peut pas être écrit dans l’objet du message.", where="subject")
    return text


def failure_subject(error: IntegrationError, subject: str) -> str:
    """The subject of the answer to a message whose document was not integrated; the original follows its code."""
    plain = _SPACES.sub(" ", _UNFIT.sub(" ", subject)).strip()
    return f"{KO}[{error.value}] {_FAILURE.sub('', plain).strip()}".strip()[:_LONGEST]


def _birth_date(text: str) -> tuple[date | None, str]:
    found = _BIRTH_DATE.search(text)
    if found is None:
        return None, text
    try:
        return parse_birth_date(found[1]).value, text[: found.start()]
    except Invalid:
        return None, text
