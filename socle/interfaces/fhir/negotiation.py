"""What the client sends, accepts and prefers: JSON only. Source: FHIR R4 §3.1.0.1.9 (content types), §3.1.0.1.10 (Prefer)."""

from __future__ import annotations

from socle.errors import Invalid
from socle.interfaces.fhir.exchange import FHIR_JSON, NO_PREFERENCE, Pairs, Prefer

JSON_TYPES = frozenset({FHIR_JSON, "application/json", "text/json"})
JSON_FORMATS = JSON_TYPES | {"json", "application/fhir json"}  # an unescaped plus sign of an address reads as a space
PATCH_TYPES = frozenset({"application/json-patch+json", FHIR_JSON, "application/json"})
FORM = "application/x-www-form-urlencoded"
NOT_JSON = "Ce service échange du JSON (application/fhir+json) et rien d’autre."


def accepted(header: str) -> list[str]:
    """The media types of an `Accept`, best first; an absent header accepts anything."""
    ranked = []
    for position, part in enumerate(header.split(",")):
        media, *parameters = part.split(";")
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.strip().partition("=")
            if name == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        if media.strip() and quality > 0:
            ranked.append((-quality, position, media.strip().lower()))
    return [media for _, _, media in sorted(ranked)] if header.strip() else ["*/*"]


def check_accept(header: str, parameters: Pairs) -> None:
    """Refuses (406) a client that takes no JSON; `_format` wins over the header."""
    formats = [value for name, value in parameters if name == "_format"]
    if formats:
        if formats[-1].split(";")[0].strip().lower() not in JSON_FORMATS:
            raise Invalid("accept", NOT_JSON, where="_format")
        return
    if header in ("", "*/*", FHIR_JSON, "application/json"):
        return
    if not any(media in JSON_TYPES or media in ("*/*", "application/*") for media in accepted(header)):
        raise Invalid("accept", NOT_JSON, where="http.accept")


def check_content(header: str, allowed: frozenset[str] = JSON_TYPES) -> str:
    """The media type of the body when it is one of `allowed`, in UTF-8; refuses (415) otherwise."""
    media, _, parameters = header.partition(";")
    media = media.strip().lower()
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if media not in allowed or ("charset=" in charset and "charset=utf-8" not in charset):
        raise Invalid("media", NOT_JSON, where="http.content-type")
    return media


def preference(header: str) -> Prefer:
    """`Prefer: return=…, handling=…`; what is not known is ignored."""
    if not header:
        return NO_PREFERENCE
    asked = {part.strip().partition("=")[::2] for part in header.replace(";", ",").split(",")}
    found = {name.strip().lower(): value.strip().strip('"') for name, value in asked}
    result = next(
        (r for r in ("minimal", "representation", "OperationOutcome") if found.get("return", "").lower() == r.lower()), ""
    )
    return Prefer(result, found.get("handling", "").lower() == "lenient")
