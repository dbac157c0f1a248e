"""Contents open only for whom they were sealed, whole and verified; a destroyed key opens nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from socle import clock
from socle.base.access.actor import Actor, system
from socle.base.access.doors import door, not_journalled
from socle.base.events.registry import run_job
from socle.base.vault import sealing
from socle.base.vault.sealing import INLINE_LIMIT, Owner, Permit, Sealed
from socle.errors import NotFound, Unavailable
from tests.databases import as_owner

pytestmark = pytest.mark.usefixtures("installation")


@door(reads=False)
def keep(*, actor: Actor, sealed: Sealed) -> None:
    sealing.keep(sealed)


@door(reads=True)
def permit(*, actor: Actor, content: Sealed) -> Permit:
    not_journalled()
    return sealing.permit(content.id)


@door(reads=False)
def destroy(*, actor: Actor, owner: Owner) -> None:
    sealing.destroy_key(owner)


def kept(content: bytes) -> Sealed:
    sealed = sealing.put(Owner("record", clock.new_id()), "document", content)
    keep(actor=system("essai"), sealed=sealed)
    return sealed


@pytest.mark.parametrize("size", [0, 1, INLINE_LIMIT, INLINE_LIMIT + 1, 1_000_000])
def test_what_was_put_comes_back_whole_and_nothing_lies_in_clear(size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    sealed = kept(content)
    assert sealing.open(permit(actor=system("essai"), content=sealed)) == content
    assert (sealed.sealed is None) == (size > INLINE_LIMIT)
    path = sealing._path(sealed.id)
    if size > INLINE_LIMIT:
        assert content[:64] not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600


def test_an_altered_or_moved_content_does_not_open() -> None:
    one, other = kept(b"one" * 10), kept(b"two" * 10)
    as_owner(
        "UPDATE vault_content a SET sealed = b.sealed, nonce = b.nonce FROM vault_content b WHERE a.id = %s AND b.id = %s",
        [one.id, other.id],
    )
    with pytest.raises(Unavailable):
        sealing.open(permit(actor=system("essai"), content=one))
    large = kept(b"x" * (INLINE_LIMIT + 1))
    path = sealing._path(large.id)
    altered = bytearray(path.read_bytes())
    altered[100] ^= 1
    path.write_bytes(bytes(altered))
    with pytest.raises(Unavailable):
        sealing.open(permit(actor=system("essai"), content=large))


def test_a_destroyed_key_opens_nothing_and_takes_nothing_new() -> None:
    sealed = kept(b"content")
    destroy(actor=system("essai"), owner=sealed.owner)
    with pytest.raises(NotFound):
        permit(actor=system("essai"), content=sealed)
    with pytest.raises(NotFound):
        sealing.put(sealed.owner, "document", b"again")


def test_what_no_door_kept_is_swept_after_a_day_and_nothing_else() -> None:
    orphan = sealing._path(sealing.put(Owner("record", clock.new_id()), "document", b"x" * (INLINE_LIMIT + 1)).id)
    mine = sealing._path(kept(b"y" * (INLINE_LIMIT + 1)).id)
    half = orphan.with_suffix(".part")  # what a process killed while it wrote leaves
    half.write_bytes(b"cut")
    foreign = orphan.with_name("lost+found")
    foreign.write_bytes(b"not ours")
    sealing.sweep()
    assert orphan.exists()
    assert half.exists()
    run_job("vault-sweep", clock.now() + timedelta(days=2))
    assert [path.exists() for path in (orphan, half, mine, foreign)] == [False, False, True, True]
