"""The installation's own certificate authority and the server certificate that it signs: for wires in TLS without an outside
authority (demo, tests, first days of a production). An operator with others puts them in `SOCLE_CERTS` under the same names."""

from __future__ import annotations

import ipaddress
import os
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from socle import clock

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
RENEW_DAYS = 30
SERVER_NAMES = ("localhost", "127.0.0.1", "::1")


def ensure(folder: Path, names: tuple[str, ...] = SERVER_NAMES) -> Path:
    """`ca.pem`, `server.pem` and `server.key` are in `folder` and valid for a month at least; returns the path of `ca.pem`. Only
    certificates that our own authority signed are ever renewed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = folder / "ca.pem"
    if not authority.exists():
        if (folder / "server.pem").exists():
            return folder / "server.pem"  # the operator's own
        _make_authority(folder)
    if (folder / "ca.key").exists() and _ends_soon(folder / "server.pem"):
        issue(folder, "server", names)
    return authority


def issue(folder: Path, name: str, names: tuple[str, ...]) -> tuple[Path, Path]:
    """`<name>.pem` and `<name>.key` (mode 0600): a certificate of our authority for these host names and addresses, as server and
    as client. Returns both paths."""
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("ca.key")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(names[0], key.public_key(), SERVER_DAYS)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName([_general_name(text) for text in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(folder / f"{name}.key", _private(key), 0o600)
    _write(folder / f"{name}.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return folder / f"{name}.pem", folder / f"{name}.key"


def _make_authority(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name("Autorité de cette installation de socle")
    certificate = (
        _builder("", key.public_key(), AUTHORITY_DAYS)
        .subject_name(subject)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "ca.key", _private(key), 0o600)
    _write(folder / "ca.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _builder(common_name: str, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    now = clock.now()
    builder = (
        x509.CertificateBuilder()
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
    )
    return builder.subject_name(_name(common_name)) if common_name else builder


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _ends_soon(path: Path) -> bool:
    if not path.exists():
        return True
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return ends - clock.now() < timedelta(days=RENEW_DAYS)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    """The file is whole or absent: a certificate and a key are never half written."""
    temporary = path.with_suffix(path.suffix + ".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)
