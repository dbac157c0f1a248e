"""What `endpoints.json` says, for the platform and the tests."""

from __future__ import annotations

from typing import Any

from simulators.folder import Folder
from simulators.franceconnect import FranceConnect
from simulators.insi.views import PATH
from simulators.oidc.service import Paths
from simulators.prosanteconnect import ProSanteConnect


def describe(address: str, folder: Folder) -> dict[str, Any]:
    """Real addresses of this process, and where its files are."""
    return {
        "http": address,
        "pro_sante_connect": _provider(address, ProSanteConnect.paths),
        "france_connect": _provider(address, FranceConnect.paths),
        "insi": address + PATH,
        "clients": str(folder.clients),
        "people": str(folder.people),
    }


def _provider(address: str, paths: Paths) -> dict[str, str]:
    endpoints = {
        "issuer": paths.issuer,
        "discovery": paths.discovery[0],
        "authorization_endpoint": paths.authorize,
        "token_endpoint": paths.token,
        "userinfo_endpoint": paths.userinfo,
        "jwks_uri": paths.jwks,
        "introspection_endpoint": paths.introspection,
        "end_session_endpoint": paths.logout,
    }
    return {name: address + path for name, path in endpoints.items() if path}
