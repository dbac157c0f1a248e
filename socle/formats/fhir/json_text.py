"""JSON text of the FHIR wire <-> values, losing nothing.

Integers are `int` (`Decimal` beyond 64 bits) and other numbers `Decimal`, so that 1.00 keeps its two decimals; a literal that
`Decimal` would print otherwise (1e3) is an `ExactDecimal`, which prints as it was read. -0 reads as 0.

Source: RFC 8259; FHIR R4 §2.6 (JSON), §2.24.0.1 (decimal: precision is kept).
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from socle.errors import Invalid

JsonValue = dict[str, Any] | list[Any]
MAX_DEPTH = 100
MAX_BYTES = 30_000_000
_EXPONENT_LIMIT = 6000


class ExactDecimal(Decimal):
    """A decimal that remembers how it was written, where `str` of a plain one would say it otherwise."""

    __slots__ = ("literal",)
    literal: str

    def __copy__(self) -> ExactDecimal:
        return self

    def __deepcopy__(self, memo: object) -> ExactDecimal:
        return self

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _decimal, (self.literal,)


def _decimal(literal: str) -> Decimal:
    """The value of a JSON number, printing as `literal`. Exponents that no measurement has are refused, since turning such a
    number into an integer would exhaust the memory."""
    value = Decimal(literal)
    if abs(value.adjusted()) > _EXPONENT_LIMIT:
        raise InvalidOperation
    if str(value) == literal:
        return value
    exact = ExactDecimal(value)
    exact.literal = literal
    return exact


def _integer(literal: str) -> int | Decimal:
    return _decimal(literal) if len(literal) > 18 else int(literal)


def _refused(sentence: str) -> Invalid:
    return Invalid("json", sentence)


def parse_json_value(content: bytes, max_bytes: int = MAX_BYTES) -> JsonValue:
    """The object or array that `content` holds. Raises Invalid `json` for text that is not UTF-8 JSON, for a name given twice in
    one object, for more than 100 levels or `max_bytes` bytes, and for a single value that is neither an object nor an array."""
    if len(content) > max_bytes:
        raise _refused("Le contenu dépasse la taille acceptée.")
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _refused(f"Le contenu n’est pas du JSON valide (ligne {error.lineno}, colonne {error.colno}).") from None
    if not isinstance(value, dict | list):
        raise _refused("Le contenu doit être un objet JSON.")
    floats = _holds_floats(value)
    _check_names(content, value)
    return _read_decimals(content) if floats else value


def parse_json(content: bytes, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The JSON object that `content` holds; raises Invalid `json` as `parse_json_value` does."""
    value = parse_json_value(content, max_bytes)
    if not isinstance(value, dict):
        raise _refused("Le contenu doit être un objet JSON.")
    return value


def _read_decimals(content: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(content.decode(), parse_float=_decimal, parse_int=_integer)
    except InvalidOperation:
        raise _refused("Un nombre est hors des limites acceptées.") from None
    return value


def _holds_floats(value: JsonValue) -> bool:
    """Whether a number became a float (fraction, exponent, more than 64 bits); refuses too many levels on the way."""
    floats = False
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        deeper: list[Any] = []
        for container in level:
            for child in container.values() if container.__class__ is dict else container:
                kind = child.__class__
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    deeper.append(child)
                elif kind is float:
                    floats = True
        if not deeper:
            return floats
        level = deeper
    raise _refused(f"Le contenu a plus de {MAX_DEPTH} niveaux imbriqués.")


def check_depth(value: JsonValue) -> None:
    """Raises Invalid `json` for a value of more levels than `parse_json` accepts."""
    _holds_floats(value)


def _check_names(content: bytes, value: JsonValue) -> None:
    """No object names a member twice. Each member writes one colon outside strings and nothing else changes how many there are,
    so a member that the reader dropped shows as a colon that is missing once the value is written again."""
    if b"\\u003" in content:  # the only other way to write a colon in a string
        json.loads(content.decode(), object_pairs_hook=_distinct, parse_float=str, parse_int=str)
    elif content.count(b":") != orjson.dumps(value).count(b":"):
        raise _refused("Un objet JSON nomme deux fois le même élément.")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused("Un objet JSON nomme deux fois le même élément.")
    return found


def _write_decimal(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(value.literal if isinstance(value, ExactDecimal) else str(value))
    raise TypeError(f"no JSON form for {type(value).__name__}")


def write_json(value: JsonValue) -> bytes:
    """Compact UTF-8 JSON of a value made of what `parse_json` gives: reading it back gives an equal value, decimal forms kept."""
    return orjson.dumps(value, default=_write_decimal)
