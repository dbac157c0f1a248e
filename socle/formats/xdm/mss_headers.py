"""The `X-MSS-*` header fields of a message <-> values.

They are claims of the sender's software: what they say of the person or of the documents is believed only when the archive and
the CDA headers say it too (`integration`). Reading is tolerant, writing strict.

Source: référentiel socle MSSanté #2 v1.0.1, ECO.2.4.1 (§3.8.1), ECO.2.4.2 (§3.8.2), ECO.2.4.3 (§3.8.3), ECO.2.2.8 (§3.4.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from socle.errors import Invalid
from socle.formats import cda
from socle.formats.xdm.integration import ins_is_complete

CODES = "X-MSS-CODECDA"
INS = "X-MSS-INS"
PRODUCT = "X-MSS-NIL"
TO_PATIENT = "X-MSS-MES"
CLOSE = "FIN"
_YES, _NO = "O", "N"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PRODUCT = re.compile(r"[\x21-\x7e]{1,128}")
_LONGEST = 998
_MOST_CODES = 100


@dataclass(frozen=True, slots=True)
class MssHeaders:
    """What the fields say; empty and None: not said."""

    codes: tuple[str, ...] = ()
    """Type codes of the CDA documents of the archive, in order."""
    qualified_ins: bool | None = None
    """True: the archive claims a qualified INS (matricule, OID, traits). Said only beside a CDA document."""
    product: str = ""
    """Reference of the sending software."""
    closes: bool = False
    """True: the person may no longer answer."""


def read_headers(fields: Iterable[tuple[str, str]]) -> MssHeaders:
    """Of the fields of a message, any case, folded or repeated; values that are not understood are not said."""
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name.strip().upper(), []).append(" ".join(value[: 4 * _LONGEST].split()))
    codes = (code.strip() for value in found.get(CODES, ()) for code in re.split(r"[,;]", value))
    fit = list(dict.fromkeys(code for code in codes if _CODE.fullmatch(code)))
    answers = {_answer(value) for value in found.get(INS, ())}
    products = (value for value in found.get(PRODUCT, ()) if _PRODUCT.fullmatch(value))
    return MssHeaders(
        codes=tuple(fit[:_MOST_CODES]),
        qualified_ins=next(iter(answers)) if len(answers) == 1 else None,  # two answers: nothing is claimed
        product=next(products, ""),
        closes=any(value.strip().upper() == CLOSE for value in found.get(TO_PATIENT, ())),
    )


def write_headers(headers: MssHeaders) -> tuple[tuple[str, str], ...]:
    """The fields, in a fixed order. Raises Invalid `mss-headers`: no product, a code of wrong shape, INS without codes."""
    if not _PRODUCT.fullmatch(headers.product):
        raise _refusal(PRODUCT)
    if not all(_CODE.fullmatch(code) for code in headers.codes) or len(set(headers.codes)) != len(headers.codes):
        raise _refusal(CODES)
    if bool(headers.codes) != (headers.qualified_ins is not None):
        raise _refusal(INS)
    fields = [(PRODUCT, headers.product)]
    if headers.codes:
        fields = [(CODES, ",".join(headers.codes)), (INS, _YES if headers.qualified_ins else _NO), *fields]
    if headers.closes:
        fields.append((TO_PATIENT, CLOSE))
    if any(len(value) > _LONGEST - 32 for _, value in fields):
        raise _refusal(CODES)
    return tuple(fields)


def headers_of(documents: Sequence[cda.Header], product: str, *, closes: bool = False) -> MssHeaders:
    """The fields to write for a message that carries these CDA documents (none: a plain message)."""
    codes = tuple(dict.fromkeys(header.type.code for header in documents))
    qualified = all(ins_is_complete(header.patient) for header in documents) if documents else None
    return MssHeaders(codes, qualified, product, closes)


def headers_agree(headers: MssHeaders, documents: Sequence[cda.Header]) -> bool:
    """True when nothing that the fields claim is denied by the documents that came with them."""
    truth = headers_of(documents, headers.product)
    claims_too_much = headers.qualified_ins is True and truth.qualified_ins is not True
    return not claims_too_much and (not headers.codes or set(headers.codes) == set(truth.codes))


def _answer(value: str) -> bool | None:
    return {"O": True, "OUI": True, "N": False, "NON": False}.get(value.strip().upper())


def _refusal(where: str) -> Invalid:
    return Invalid("mss-headers", "Un en-tête MSSanté ne peut pas être écrit tel quel.", where=where)
