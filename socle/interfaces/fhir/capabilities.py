"""What this wire offers, said by itself: CapabilityStatement from the table of routes, SMART configuration.

Source: FHIR R4 CapabilityStatement; fhir.md §2.4 (what to instantiate); SMART App Launch 2.2 (well-known document).
"""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings

from socle.base.signin.rules import SCOPES
from socle.interfaces.fhir.exchange import FHIR_JSON, base
from socle.interfaces.fhir.parameters import Parameter
from socle.interfaces.fhir.route import Route
from socle.interfaces.fhir.routes import ROUTES

PUBLISHED = "2026-11-01"
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"


def statement() -> bytes:
    """The CapabilityStatement."""
    guides = sorted({guide for route in ROUTES.values() for guide in route.guides})
    told: dict[str, Any] = {
        "resourceType": "CapabilityStatement",
        "id": "socle",
        "url": f"{base()}/metadata",
        "name": "Socle",
        "title": "Socle : dossier partagé, identités, annuaire",
        "status": "active",
        "date": PUBLISHED,
        "kind": "instance",
        "instantiates": guides,
        "software": {"name": "socle"},
        "implementation": {"description": "Plateforme socle", "url": base()},
        "fhirVersion": "4.0.1",
        "format": ["json", FHIR_JSON],
        "patchFormat": ["application/json-patch+json", FHIR_JSON],
        "rest": [
            {
                "mode": "server",
                "documentation": "Les paramètres de recherche inconnus sont refusés, sauf Prefer: handling=lenient.",
                "security": _security(),
                "resource": [_resource(route) for route in ROUTES.values()],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }
    return orjson.dumps(told)


def _security() -> dict[str, Any]:
    return {
        "cors": False,
        "service": [{"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}]}],
        "description": "Jeton d’accès obtenu par private_key_jwt ou par échange d’un jeton Pro Santé Connect.",
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": "token", "valueUri": _token_endpoint()}],
            }
        ],
    }


def _resource(route: Route) -> dict[str, Any]:
    offered = {
        "read": route.read,
        "vread": route.read if route.versioned else None,
        "search-type": route.search,
        "create": route.create,
        "patch": route.patch,
    }
    told: dict[str, Any] = {
        "type": route.kind,
        "documentation": route.says,
        "interaction": [{"code": code} for code, handler in offered.items() if handler is not None],
        "versioning": "versioned" if route.versioned else "no-version",
        "readHistory": route.versioned,
        "updateCreate": False,
        "conditionalCreate": route.conditional and route.create is not None,
        "conditionalRead": "not-match" if route.read is not None else "not-supported",
        "conditionalUpdate": False,
    }
    lists = {
        "supportedProfile": list(route.profiles),
        "searchInclude": sorted(route.includes),
        "searchRevInclude": sorted(route.revincludes),
        "searchParam": [_parameter(one) for one in route.parameters],
        "extension": [_combination(route)] if route.required else [],
    }
    return told | {name: value for name, value in lists.items() if value}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {"name": parameter.name, "type": parameter.kind, "documentation": parameter.says}


def _combination(route: Route) -> dict[str, Any]:
    """Which parameters a search needs: the first way of each group."""
    needed = [{"url": "required", "valueString": group[0]} for group in route.required]
    return {"url": COMBINATION, "extension": needed}


def _token_endpoint() -> str:
    return f"{settings.SOCLE_PUBLIC_URL}/oauth/token"


def smart_configuration() -> bytes:
    """`/.well-known/smart-configuration`: where software gets its tokens, and how."""
    return orjson.dumps(
        {
            "token_endpoint": _token_endpoint(),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384", "RS256", "ES256"],
            "grant_types_supported": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"],
            "scopes_supported": sorted(SCOPES),
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["client-confidential-asymmetric", "permission-user", "permission-v2"],
        }
    )
