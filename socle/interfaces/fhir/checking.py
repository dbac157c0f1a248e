"""Validation of what arrives, by the profile of its route; what is wrong is refused whole, warnings go back to the sender."""

from __future__ import annotations

from socle.errors import Invalid, Issue
from socle.formats.fhir import canonical, is_valid, validate
from socle.formats.fhir.profile_rules import DOCUMENT, SIMPLIFIED
from socle.interfaces.fhir.exchange import Json
from socle.interfaces.fhir.reading import media_type_of
from socle.record.incoming import CDA_MEDIA_TYPES

REFUSED = "La ressource n’est pas conforme."
FROM_HEADER = frozenset(
    f"DocumentReference.{name}"
    for name in ("date", "author", "custodian", "content[0].attachment.title", "masterIdentifier", "type")
)
"""What the header of a CDA says when the request does not."""
ELSEWHERE = "urn:uuid:00000000-0000-0000-0000-000000000000"


def conforming(resource: Json, profile: str | None) -> list[Issue]:
    """The warnings about a resource. Raises Invalid with every error."""
    return _passed(validate(resource, profile))


def comprehensive(resource: Json, profile: str) -> list[Issue]:
    """The same for documents and lots of the comprehensive profiles: known defects of the published examples are warnings, but
    never a missing custodian, which is these profiles' point (fhir.md §21 lines 3 and 8)."""
    issues = validate(resource, profile, tolerant=True)
    return _passed(
        [_graded(one, "error") if one.code == "required" and one.where.endswith(".custodian") else one for one in issues]
    )


def _passed(issues: list[Issue]) -> list[Issue]:
    if is_valid(issues):
        return issues
    raise Invalid("invalide", REFUSED, issues=issues)


def readable(resource: Json) -> bool:
    """Whether a resource has the form of its type: what reads it may then trust its types."""
    return is_valid(validate(resource))


def published(resource: Json) -> list[Issue]:
    """A document published with its content inside (ITI-105): the simplified profile, or the comprehensive one when the resource
    claims it. What the header of a CDA supplies may be absent from a simplified one."""
    profiles = resource.get("meta", {}).get("profile", ()) if isinstance(resource.get("meta"), dict) else ()
    if isinstance(profiles, list) and any(isinstance(one, str) and canonical(one) == DOCUMENT for one in profiles):
        return comprehensive(_content_elsewhere(resource), DOCUMENT)
    issues = validate(resource, SIMPLIFIED, tolerant=True)
    if is_valid(issues):
        return issues
    if readable(resource) and media_type_of(resource) in CDA_MEDIA_TYPES:
        issues = [_graded(one, "warning") if one.code == "required" and one.where in FROM_HEADER else one for one in issues]
    return _passed(issues)


def _graded(issue: Issue, severity: str) -> Issue:
    return Issue(issue.code, issue.sentence, issue.where, severity)


def _content_elsewhere(resource: Json) -> Json:
    """The same resource as the comprehensive profile wants it: its content at an address, not inside."""
    contents = resource.get("content")
    if not isinstance(contents, list):
        return resource
    return resource | {"content": [_addressed(content) for content in contents]}


def _addressed(content: object) -> object:
    attachment = content.get("attachment") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(attachment, dict) or "data" not in attachment:
        return content
    moved = {name: value for name, value in attachment.items() if name != "data"} | {"url": ELSEWHERE}
    return content | {"attachment": moved}
