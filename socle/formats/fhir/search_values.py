"""Values of search parameters: tokens, dates and quantities with their prefix, references.

Source: FHIR R4 §3.1.1.4 (search parameter types, prefixes, escaping).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from socle.errors import Invalid
from socle.formats.fhir.moments import interval
from socle.formats.fhir.references import target_type

PREFIXES = ("eq", "ne", "lt", "gt", "ge", "le", "sa", "eb", "ap")
_prefixed = re.compile(rf"({'|'.join(PREFIXES)})?(.*)", re.DOTALL)
_number = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?").fullmatch


@dataclass(frozen=True, slots=True)
class Token:
    """`system` None: any system; "": no system. `code` "": any code of the system."""

    system: str | None
    code: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """What a date asks: `prefix`, and the interval that it covers (last excluded)."""

    prefix: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """`low` and `high` bound what the precision of the number covers (5.4 is 5.35 to 5.45); `system` None: any."""

    prefix: str
    value: Decimal
    low: Decimal
    high: Decimal
    system: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """A reference to look for: `kind` "" when it is not said; `identifier` when it is asked by identifier."""

    kind: str
    id: str
    url: str = ""


def _refused(sentence: str) -> Invalid:
    return Invalid("search-value", sentence)


def split_values(text: str) -> list[str]:
    r"""The alternatives of a parameter: separated by commas, `\,` being a comma. Escapes are left in each alternative."""
    found = [""]
    escaped = False
    for character in text:
        if character == "," and not escaped:
            found.append("")
            continue
        escaped = character == "\\" and not escaped
        found[-1] += character
    return found


def unescaped(text: str) -> str:
    r"""`\,`, `\|`, `\$` and `\\` as the character itself."""
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _bars(text: str) -> list[str]:
    return [unescaped(part) for part in re.split(r"(?<!\\)\|", text)]


def parse_token(text: str) -> Token:
    """`code`, `system|code`, `|code` (no system) or `system|`. Raises Invalid `search-value` for nothing or a third part."""
    parts = _bars(text)
    if len(parts) == 1 and parts[0]:
        return Token(None, parts[0])
    if len(parts) == 2 and (parts[0] or parts[1]):
        return Token(parts[0], parts[1])
    raise _refused("La valeur attendue est « code », « système|code », « |code » ou « système| ».")


def parse_date(text: str) -> DateValue:
    """A date with its prefix (`eq` when it has none). A time without seconds and a space in place of the plus sign of a zone,
    which addresses turn into one, are accepted. Raises Invalid `search-value`."""
    prefix, rest = _split_prefix(text)
    rest = re.sub(r" (?=[0-9]{2}:[0-9]{2}$)", "+", rest)
    minutes = re.fullmatch(r"(.{10}T[0-9]{2}:[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})", rest)
    try:
        if minutes:
            first = interval(f"{minutes[1]}:00{minutes[2]}")[0]
            return DateValue(prefix, first, interval(f"{minutes[1]}:59{minutes[2]}")[1])
        return DateValue(prefix, *interval(rest))
    except Invalid:
        raise _refused("Cette date n’a pas la forme attendue (AAAA, AAAA-MM, AAAA-MM-JJ ou date et heure avec fuseau).") from None


def parse_quantity(text: str) -> QuantityValue:
    """`[prefix]number`, `[prefix]number|system|code` or `[prefix]number||code`. Raises Invalid `search-value`."""
    prefix, rest = _split_prefix(text)
    parts = _bars(rest)
    if not _number(parts[0]) or len(parts) not in (1, 3):
        raise _refused("La valeur attendue est « nombre » ou « nombre|système|code », avec un préfixe éventuel.")
    value = Decimal(parts[0])
    exponent = value.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    if prefix == "ap":
        half = max(half, abs(value) / 10)
    system, code = (parts[1] or None, parts[2]) if len(parts) == 3 else (None, "")
    return QuantityValue(prefix, value, value - half, value + half, system, code)


def parse_reference(text: str) -> ReferenceValue:
    """`id`, `Type/id` or an absolute address. Raises Invalid `search-value`."""
    value = unescaped(text)
    if re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", value):
        return ReferenceValue("", value)
    kind = target_type(value)
    if kind and "?" not in value:
        return ReferenceValue(kind, value.split(f"{kind}/")[-1].split("/")[0], value if "://" in value else "")
    if re.fullmatch(r"(?:https?|urn):\S+", value):
        return ReferenceValue("", "", value)
    raise _refused("La valeur attendue est un identifiant, « Type/identifiant » ou une adresse.")


def _split_prefix(text: str) -> tuple[str, str]:
    found = _prefixed.fullmatch(text)
    return (found[1] or "eq", found[2]) if found else ("eq", text)
