"""A provider that tells what a test wants: right by default, wrong in one place at a time. Real sockets, real signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import override_settings
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT = {"client_id": "socle-essai", "client_secret": "secret-d-essai"}
SUBJECT = "f:essai:899700900014"


@dataclass
class Provider:
    """`wrong` replaces claims of the id_token (None takes one away), `told` those of the userinfo, `documents` the discovery."""

    address: str
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True))
    nonce: str = ""
    wrong: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    signer: ECKey | OctKey | None = None
    published: list[ECKey] | None = None
    raw_id_token: str = ""
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, form: Mapping[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.status:
            return self.status[path], {"error": "invalid_grant"}
        pages = {
            "/.well-known/wallet-openid-configuration": self._discovery,
            "/token": self._tokens,
            "/userinfo": lambda: {"sub": SUBJECT, "SubjectNameID": "899700900014", **self.told},
            "/jwks": lambda: {"keys": [key.as_dict(private=False) for key in self.published or [self.key]]},
        }
        return (200, pages[path]()) if path in pages else (404, {})

    def _discovery(self) -> dict[str, Any]:
        names = {"authorization": "auth", "token": "token", "userinfo": "userinfo"}
        told: dict[str, Any] = {f"{name}_endpoint": f"{self.address}/{path}" for name, path in names.items()}
        told |= {"issuer": self.address, "jwks_uri": f"{self.address}/jwks"}
        return {**told, "authorization_response_iss_parameter_supported": True, **self.documents}

    def _tokens(self) -> dict[str, Any]:
        access = "jeton-d-acces"
        half = hashlib.sha256(access.encode()).digest()[:16]
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address,
            "aud": CLIENT["client_id"],
            "sub": SUBJECT,
            "nonce": self.nonce,
            "acr": "eidas1",
            "iat": now,
            "exp": now + 120,
            "auth_time": now,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.wrong,
        }
        signer = self.signer or self.key
        algorithm = "HS256" if isinstance(signer, OctKey) else "ES256"
        header = {"alg": algorithm, **({"kid": signer.kid} if signer.kid else {})}
        kept = {name: value for name, value in claims.items() if value is not None}
        id_token = self.raw_id_token or jwt.encode(header, kept, signer, algorithms=["ES256", "HS256"])
        return {"access_token": access, "token_type": "Bearer", "expires_in": 120, "id_token": id_token}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider answers, and the platform of this process knows it as Pro Santé Connect."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

        def _answer(self, form: Mapping[str, str]) -> None:
            status, content = provider.answer(urlsplit(self.path).path, form)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """No access log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        told = {"issuer": provider.address, "discovery": "", **CLIENT}
        try:
            with override_settings(SOCLE_OPENID={"PSC": told, "FC": dict.fromkeys(told, "")}):
                yield provider
        finally:
            server.shutdown()
            thread.join()
