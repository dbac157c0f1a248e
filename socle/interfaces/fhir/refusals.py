"""From errors to the language of FHIR: ONE table of statuses, and an OperationOutcome with stable code, French text, expression.

Source: FHIR R4 §3.1.0 (http), MHD 4.2.3 and PDSm 3.1.1 (status of each refusal); contract.md §4.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from socle.errors import Conflict, Forbidden, Invalid, Issue, NotFound, SocleError, Unavailable
from socle.formats.fhir.outcomes import issue_type
from socle.interfaces.fhir.exchange import Answer

BUSINESS_RULE = "business-rule"

STATUS_OF_CLASS: dict[type[SocleError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Invalid: 422,
    Conflict: 409,
    Unavailable: 503,
}
STATUS_OF_CODE: dict[str, int] = {
    "json": 400,
    "http": 400,
    "if-match": 400,
    "search-parameter": 400,
    "search-required": 400,
    "search-value": 400,
    "bundle-type": 400,
    "patch": 400,
    "jeton": 401,
    "jeton-absent": 401,
    "patch-forbidden": 405,
    "method": 405,
    "accept": 406,
    "version-attendue": 412,
    "several": 412,
    "too-long": 413,
    "media": 415,
}
"""Codes that say more than their class. 422 is for content that is understood and refused."""

KIND_OF_STATUS: dict[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    500: "exception",
    503: "transient",
}
KIND_OF_CODE: dict[str, str] = {
    "search-required": "required",
    "ins-missing": "required",
    "hash": "value",
    "size": "value",
    "type": "code-invalid",
    "search-parameter": "not-supported",
    "doublon": "duplicate",
    "several": "multiple-matches",
    "identity-conflict": "conflict",
    "saturation": "throttled",
}
"""Codes of the platform that say more than the status; those of the validator are named by `formats.fhir`."""

CHALLENGE = 'Bearer realm="socle"'


def status_of(error: SocleError) -> int:
    """The HTTP status of a refusal."""
    return STATUS_OF_CODE.get(error.code) or STATUS_OF_CLASS[type(error)]


def issues_of(error: SocleError) -> Sequence[Issue]:
    """What an OperationOutcome says of it, errors first; who can grant the right stands in the sentence."""
    if isinstance(error, Invalid):
        return sorted(error.issues, key=lambda issue: issue.severity in ("warning", "information"))
    sentence = error.sentence
    if isinstance(error, Forbidden) and error.grantor:
        sentence = f"{sentence} Qui peut l’accorder : {error.grantor}"
    return (Issue(error.code, sentence),)


def answer(error: SocleError) -> Answer:
    """The whole answer to a refusal."""
    status = status_of(error)
    headers = []
    if isinstance(error, Unavailable):
        headers.append(("Retry-After", str(error.retry_after_s)))
    if status == 401:
        headers.append(("WWW-Authenticate", f'{CHALLENGE}, error="invalid_token"' if error.code == "jeton" else CHALLENGE))
    return Answer(status, outcome(issues_of(error), status), headers=headers)


def outcome(issues: Sequence[Issue], status: int = 200) -> bytes:
    """The JSON of an OperationOutcome; without issue it says that all went well."""
    kind = KIND_OF_STATUS.get(status, "informational")
    written = [_written(issue, kind) for issue in issues] or [
        {"severity": "information", "code": "informational", "details": {"text": "Aucun défaut trouvé."}}
    ]
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": written})


def _written(issue: Issue, kind: str) -> dict[str, object]:
    written: dict[str, object] = {
        "severity": issue.severity,
        "code": _kind(issue.code, kind),
        "details": {"coding": [{"code": issue.code}], "text": issue.sentence},
    }
    if issue.where:
        written["expression"] = [issue.where]
    return written


def _kind(code: str, of_status: str) -> str:
    known = KIND_OF_CODE.get(code) or issue_type(code)
    return of_status if known == BUSINESS_RULE and of_status not in ("invalid", "informational") else known
