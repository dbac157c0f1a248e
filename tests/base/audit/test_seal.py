"""A change, a hole or a cut tail of the journal shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.audit import journal
from socle.base.audit.seal import LOCK, Verdict, seal, verify
from tests.databases import as_owner

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(settings.SOCLE_KEYS.journal)


@pytest.fixture
def register() -> Path:
    return Path(settings.SOCLE_JOURNAL_REGISTER)


@pytest.fixture(autouse=True)
def _only_sealer() -> Iterator[None]:
    """This test's session is the only one that seals: the worker of a platform that runs beside waits for its lock."""
    with sql_allowed("tests"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    connection.close()


def written() -> object:
    return journal.append(journal.NewEntry(door="essai", actor_kind="system", reason="essai"))


def sealed(key: Ed25519PrivateKey, register: Path) -> None:
    assert seal(key, register) is not None


def check(key: Ed25519PrivateKey, register: Path) -> Verdict:
    return verify(key.public_key(), register)


def test_sealed_lines_verify_and_a_second_seal_has_nothing_to_do(key: Ed25519PrivateKey, register: Path) -> None:
    written()
    sealed(key, register)
    verdict = check(key, register)
    assert verdict.broken == ""
    assert verdict.entries > 0
    assert seal(key, register) is None


def test_a_changed_line_shows(key: Ed25519PrivateKey, register: Path) -> None:
    entry = written()
    sealed(key, register)
    as_owner("UPDATE audit_entry SET reason = 'autre' WHERE id = %s", [entry])
    assert "ne correspondent plus" in check(key, register).broken
    as_owner("UPDATE audit_entry SET reason = 'essai' WHERE id = %s", [entry])
    assert check(key, register).broken == ""


def test_a_removed_line_shows(key: Ed25519PrivateKey, register: Path) -> None:
    entry = written()
    sealed(key, register)
    rows = as_owner("DELETE FROM audit_entry WHERE id = %s RETURNING *", [entry])
    assert "ne correspondent plus" in check(key, register).broken
    as_owner(f"INSERT INTO audit_entry VALUES ({', '.join(['%s'] * len(rows[0]))})", list(rows[0]))
    assert check(key, register).broken == ""


def test_a_cut_tail_shows_although_the_chain_left_is_whole(key: Ed25519PrivateKey, register: Path) -> None:
    written()
    sealed(key, register)
    rows = as_owner("DELETE FROM audit_seal WHERE sequence = (SELECT max(sequence) FROM audit_seal) RETURNING *", [])
    assert "absent de la base" in check(key, register).broken
    as_owner(f"INSERT INTO audit_seal VALUES ({', '.join(['%s'] * len(rows[0]))})", list(rows[0]))


def test_a_forged_seal_shows(key: Ed25519PrivateKey, register: Path) -> None:
    written()
    sealed(key, register)
    kept = register.read_text()
    forged = Ed25519PrivateKey.generate()
    assert "signature fausse" in verify(forged.public_key(), register).broken
    assert check(key, register).broken == ""
    register.write_text(kept.rsplit("\n", 2)[0] + "\n")
    assert "absent du registre" in check(key, register).broken
    register.write_text(kept)


def test_a_seal_lost_by_the_file_is_written_again(key: Ed25519PrivateKey, register: Path) -> None:
    written()
    sealed(key, register)
    kept = register.read_text()
    register.write_text(kept.rsplit("\n", 2)[0] + "\n")
    written()
    sealed(key, register)
    assert register.read_text().startswith(kept)
    assert check(key, register).broken == ""


def test_the_serving_role_cannot_change_the_journal() -> None:
    entry = written()
    for statement in ("UPDATE audit_entry SET reason = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
        with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
            cursor.execute(statement)
    assert entry != clock.new_id()
