"""Seal and unseal bytes (architecture.md §3): AES-256-GCM under the owner's key, the owner's key wrapped by the master.

The associated data binds owner, content id and kind, so that a content moved to another place does not open. Nothing is
released before the tag is verified.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.errors import NotFound, Unavailable

INLINE_LIMIT = 64 * 1024
"""Contents up to this size (bytes) are rows, written in the door's transaction; larger ones are files, written before it."""

KEYS_IN_MEMORY = 4096

_HALF = ".part"
_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key encrypts: kind (`record`, `mailbox`, `circle`) and id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """An encrypted content that no row names yet. `sealed` is None when the ciphertext lies in its file."""

    id: UUID
    owner: Owner
    kind: str
    size: int
    sha256: bytes
    nonce: bytes
    sealed: bytes | None


@dataclass(frozen=True, slots=True, repr=False)
class Permit:
    """What a door gives to whoever may read: all that `open` needs, so that opening sends no SQL."""

    content_id: UUID
    owner: Owner
    kind: str
    size: int
    nonce: bytes
    sealed: bytes | None
    key: bytes


class _KeyRing:
    """Owners' keys in clear, least recently used first out; one a process."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Owner, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, owner: Owner) -> bytes | None:
        with self._lock:
            key = self._keys.get(owner)
            if key is not None:
                self._keys.move_to_end(owner)
            return key

    def put(self, owner: Owner, key: bytes) -> None:
        with self._lock:
            self._keys[owner] = key
            self._keys.move_to_end(owner)
            while len(self._keys) > KEYS_IN_MEMORY:
                self._keys.popitem(last=False)

    def forget(self, owner: Owner) -> None:
        with self._lock:
            self._keys.pop(owner, None)


_ring = _KeyRing()


def put(owner: Owner, kind: str, content: bytes) -> Sealed:
    """`content` is encrypted for `owner`, and on disk if it is large. Call it before the door; the door calls `keep`. The owner's
    key is made at first use. A file that no door kept is swept after a day."""
    key = _key_of(owner)
    content_id = clock.new_id()
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, content, _bound(owner, content_id, kind))
    inline: bytes | None = sealed
    if len(content) > INLINE_LIMIT:
        _write(_path(content_id), sealed)
        inline = None
    return Sealed(content_id, owner, kind, len(content), hashlib.sha256(content).digest(), nonce, inline)


def keep(sealed: Sealed) -> UUID:
    """Inside a door: the content belongs to the platform when the door commits. One INSERT. Returns its id. NotFound when the
    owner's key was destroyed since `put`."""
    keep_all([sealed])
    return sealed.id


def keep_all(contents: Sequence[Sealed]) -> None:
    """The same for several contents, sent together."""
    now = clock.now()
    values = [
        [one.id, one.kind, one.size, one.sha256, one.nonce, one.sealed, now, one.owner.kind, one.owner.id] for one in contents
    ]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(_KEEP, values[0])
        else:
            cursor.executemany(_KEEP, values)
        if cursor.rowcount != len(values):
            raise NotFound()


_KEEP = """
INSERT INTO vault_content (id, owner_kind, owner_id, kind, size, sha256, nonce, sealed, created_at)
SELECT %s, owner_kind, owner_id, %s, %s, %s, %s, %s, %s FROM vault_key
WHERE owner_kind = %s AND owner_id = %s AND destroyed_at IS NULL
"""


def permit(content_id: UUID) -> Permit:
    """Inside the door that decided that the content may be read. One statement. NotFound when it does not exist any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.owner_kind, c.owner_id, c.kind, c.size, c.nonce, c.sealed, k.wrapped, k.master FROM vault_content c"
            " JOIN vault_key k USING (owner_kind, owner_id) WHERE c.id = %s AND k.destroyed_at IS NULL",
            [content_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    owner = Owner(row[0], row[1])
    key = _unwrap(owner, bytes(row[6]), row[7])
    return Permit(content_id, owner, row[2], row[3], bytes(row[4]), bytes(row[5]) if row[5] is not None else None, key)


def open(permit: Permit) -> bytes:
    """After the door: the content, whole and verified. Unavailable `coffre` when it is lost or was altered."""
    sealed = permit.sealed
    try:
        if sealed is None:
            sealed = _path(permit.content_id).read_bytes()
        return AESGCM(permit.key).decrypt(permit.nonce, sealed, _bound(permit.owner, permit.content_id, permit.kind))
    except (OSError, InvalidTag) as problem:
        raise Unavailable("coffre", "Ce contenu ne peut pas être relu pour l’instant. L’exploitant est prévenu.") from problem


def destroy_key(owner: Owner) -> None:
    """Inside a door: everything that this owner's key encrypted is unreadable for ever when the door commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_key SET wrapped = NULL, destroyed_at = %s WHERE owner_kind = %s AND owner_id = %s",
            [clock.now(), owner.kind, owner.id],
        )
    transaction.on_commit(lambda: _ring.forget(owner))


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Files that no row names, and those left half written, are gone once they are older than a day; returns how many. One
    statement a folder. A file whose name is not ours stays."""
    swept = 0
    limit = (clock.now() - older_than).timestamp()
    for folder in Path(settings.SOCLE_VAULT_FOLDER).glob("??/??"):
        old = [path for path in folder.iterdir() if _written_before(path, limit)]
        half = [path for path in old if path.suffix == _HALF]
        whole = {path.name: path for path in old if _NAME.fullmatch(path.name)}
        unnamed = [whole[name] for name in whole.keys() - _named(whole)]
        for path in [*half, *unnamed]:
            path.unlink(missing_ok=True)
        swept += len(half) + len(unnamed)
    return swept


def _written_before(path: Path, limit: float) -> bool:
    """Last written before that instant (seconds of the epoch), and still there: a file being written changes its name."""
    try:
        return path.stat().st_mtime < limit
    except FileNotFoundError:
        return False


def _named(names: Collection[str]) -> set[str]:
    """Those of these contents' ids that a row names."""
    if not names:
        return set()
    with sql_allowed("vault sweep"), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM vault_content WHERE id = ANY(%s)", [[UUID(name) for name in names]])
        return {str(row[0]) for row in cursor}


def _bound(owner: Owner, content_id: UUID, kind: str) -> bytes:
    return f"{owner.kind}|{owner.id}|{content_id}|{kind}".encode()


def _path(content_id: UUID) -> Path:
    name = str(content_id)
    return Path(settings.SOCLE_VAULT_FOLDER) / name[-2:] / name[-4:-2] / name


def _write(path: Path, content: bytes) -> None:
    """The file is whole on disk, name included, or absent."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(_HALF)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _key_of(owner: Owner) -> bytes:
    """The owner's key, made if there is none. A key alone reveals and grants nothing, so its row has its own short transaction
    and needs no door. NotFound when the key was destroyed."""
    known = _ring.get(owner)
    if known is not None:
        return known
    master = settings.SOCLE_KEYS.vault_current
    new = secrets.token_bytes(32)
    with sql_allowed("vault key"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_key (id, owner_kind, owner_id, wrapped, master, created_at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (owner_kind, owner_id) DO NOTHING",
            [clock.new_id(), owner.kind, owner.id, _wrap(owner, new, master), master, clock.now()],
        )
        cursor.execute(
            "SELECT wrapped, master FROM vault_key WHERE owner_kind = %s AND owner_id = %s AND destroyed_at IS NULL",
            [owner.kind, owner.id],
        )
        row = cursor.fetchone()
    if not connection.in_atomic_block:
        connection.close()
    if row is None:
        raise NotFound()
    key = _unwrap(owner, bytes(row[0]), row[1])
    transaction.on_commit(lambda: _ring.put(owner, key))  # at once when no transaction is open
    return key


def _wrap(owner: Owner, key: bytes, master: str) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(settings.SOCLE_KEYS.vault[master]).encrypt(nonce, key, f"key|{owner.kind}|{owner.id}".encode())


def _unwrap(owner: Owner, wrapped: bytes, master: str) -> bytes:
    try:
        cipher = AESGCM(settings.SOCLE_KEYS.vault[master])
        return cipher.decrypt(wrapped[:12], wrapped[12:], f"key|{owner.kind}|{owner.id}".encode())
    except (KeyError, InvalidTag) as problem:
        raise Unavailable("coffre", "La clé de ce contenu est introuvable. L’exploitant est prévenu.") from problem
