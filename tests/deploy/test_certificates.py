"""The installation's own authority and the certificates that it signs."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from socle import clock
from socle.deploy import certificates


def test_a_client_that_knows_the_authority_accepts_the_server_and_nobody_elses(tmp_path: Path) -> None:
    ours = certificates.ensure(tmp_path / "ours")
    foreign = certificates.ensure(tmp_path / "foreign")
    assert handshake(tmp_path / "ours", ours) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path / "ours", foreign)


def handshake(folder: Path, authority: Path) -> str | None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "server.pem", folder / "server.key")
    one, other = socket.socketpair()

    def serve() -> None:
        try:
            serving.wrap_socket(other, server_side=True).close()
        except ssl.SSLError:
            other.close()

    server = threading.Thread(target=serve)
    server.start()
    try:
        with ssl.create_default_context(cafile=authority).wrap_socket(one, server_hostname="localhost") as client:
            return client.version()
    finally:
        server.join()
        one.close()


def test_only_what_ends_soon_is_renewed(tmp_path: Path) -> None:
    authority = certificates.ensure(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    certificates.ensure(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    with clock.as_of(clock.now() + timedelta(days=certificates.SERVER_DAYS - certificates.RENEW_DAYS + 1)):
        certificates.ensure(tmp_path)
    assert authority.read_bytes() == before["ca.pem"]
    assert (tmp_path / "server.pem").read_bytes() != before["server.pem"]
    x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes()).verify_directly_issued_by(
        x509.load_pem_x509_certificate(authority.read_bytes())
    )


def test_an_operators_own_certificate_is_left_alone(tmp_path: Path) -> None:
    certificates.ensure(tmp_path)
    for name in ("ca.key", "ca.pem"):
        (tmp_path / name).unlink()
    before = (tmp_path / "server.pem").read_bytes()
    with clock.as_of(clock.now() + timedelta(days=3000)):
        assert certificates.ensure(tmp_path) == tmp_path / "server.pem"
    assert (tmp_path / "server.pem").read_bytes() == before


def test_keys_are_closed_to_others(tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").glob("*.key")} == {0o600}
