"""The wires of machines that the web process dispatches before Django, each served when this version has its module."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import util
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wire:
    """`module` has a WSGI `application` for every path under `prefixes`; `endpoints` are its names in `endpoints.json`."""

    name: str
    module: str
    prefixes: tuple[str, ...]
    endpoints: dict[str, str]


WIRES = (
    Wire("fhir", "socle.interfaces.fhir.wsgi", ("/fhir", "/.well-known/smart-configuration"), {"fhir": "/fhir"}),
    Wire("oauth", "socle.interfaces.oauth.wsgi", ("/oauth",), {"oauth_token": "/oauth/token"}),
    Wire(
        "xds",
        "socle.interfaces.xds.wsgi",
        ("/xds",),
        {"xds_registry": "/xds/registry", "xds_repository": "/xds/repository"},
    ),
)
LIVE_MODULE = "socle.interfaces.live.asgi"


def served() -> tuple[Wire, ...]:
    """The wires that this version has."""
    return tuple(wire for wire in WIRES if exists(wire.module))


def exists(module: str) -> bool:
    """Whether a module is part of this version, told by its file: looking must not run the packages above it."""
    package, *rest = module.split(".")
    spec = util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return False
    path = Path(next(iter(spec.submodule_search_locations))).joinpath(*rest)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
