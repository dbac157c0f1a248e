"""Administration rights are given and withdrawn by whoever answers for the person, by nobody else; withdrawn is gone at once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.directory.models import Situation
from socle.base.signin import session
from socle.base.signin.actions import invitations, rights
from socle.base.signin.models import Account
from socle.base.signin.queries import people
from socle.errors import Forbidden, Invalid, NotFound
from tests import minting
from tests.base.signin.test_invited_accounts import PASSWORD, accepted, administrator, code_of, guest, proofs, structure
from tests.signing_in import Browser

SUPERVISOR = frozenset({"supervision"})
OF_STRUCTURE = frozenset({"structure"})


def chief() -> Actor:
    """An administrator of the platform who answers for accounts."""
    return replace(administrator(structure(), "accounts"), structure_id=None, structure_name="")


def account_of(login: str) -> UUID:
    with sql_allowed("tests"):
        return Account.objects.get(provider="local", subject=login).id


def platform_account(chrome: Browser, *held: str) -> tuple[UUID, str]:
    """An administrator of the platform, signed in there: account and login."""
    who = guest(profession="")
    invited = invitations.invite_administrator(actor=chief(), guest=who, rights=frozenset(held))
    path = f"/connexion/invitation/{invited.token}"
    application = code_of(chrome.get(path).text)
    assert chrome.post(path, {"password": PASSWORD, "code": application.now()}).status_code == 302
    return account_of(who.login), who.login


def test_a_structure_gives_its_right_to_a_worker_and_withdraws_it(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    admin = administrator(place)
    application = accepted(chrome, who, place)
    (one,) = people.administered(actor=admin).accounts
    assert (one.name, one.login, one.rights, one.works, one.mine) == ("Noa ESSAI", who.login, frozenset(), True, False)
    rights.set_rights(actor=admin, account_id=one.id, rights=OF_STRUCTURE)
    answer = firefox.post("/connexion/compte", proofs(who, application))
    assert answer.headers["Location"].startswith("/connexion/situation")  # a worker and an administrator: they choose
    found = session.find(firefox.token)
    assert found is not None
    space = next(one for one in found.situations if one.kind is Kind.ADMINISTRATOR)
    assert (space.structure_id, space.title) == (place, "Administration de la structure")
    firefox.post("/connexion/situation", {"choix": str(space.id)})
    assert firefox.get("/gestion/comptes").status_code == 200
    rights.set_rights(actor=admin, account_id=one.id, rights=frozenset())
    assert firefox.get("/gestion/comptes").status_code == 403
    with sql_allowed("tests"):
        lines = Entry.objects.filter(door="signin.actions.rights.set_rights", object_ids__contains=[one.id], outcome="done")
        assert lines.count() == 2


def test_nobody_reaches_other_peoples_accounts_nor_their_own(chrome: Browser) -> None:
    place, who = structure(), guest()
    accepted(chrome, who, place)
    worker = account_of(who.login)
    stranger = administrator(structure())
    assert people.administered(actor=stranger).accounts == ()
    for reader in (stranger, chief()):
        with pytest.raises(NotFound):
            people.account(actor=reader, account_id=worker)
        with pytest.raises(NotFound):
            rights.set_rights(actor=reader, account_id=worker, rights=OF_STRUCTURE)
        with pytest.raises(NotFound):
            rights.dismiss(actor=reader, account_id=worker)
    for nobody in (administrator(place, "supervision"), replace(administrator(place), kind=Kind.PROFESSIONAL), minting.doctor()):
        with pytest.raises(Forbidden, match="comptes"):
            people.administered(actor=nobody)
        with pytest.raises(Forbidden, match="comptes"):
            rights.set_rights(actor=nobody, account_id=worker, rights=frozenset())
    admin = administrator(place)
    rights.set_rights(actor=admin, account_id=worker, rights=OF_STRUCTURE)
    with pytest.raises(Forbidden, match="compte-propre"):
        rights.set_rights(actor=replace(admin, person_id=worker), account_id=worker, rights=frozenset())
    with pytest.raises(Forbidden, match="compte-propre"):
        rights.dismiss(actor=replace(admin, person_id=worker), account_id=worker)


def test_a_structure_gives_nothing_but_its_own_right(chrome: Browser) -> None:
    place, who = structure(), guest()
    accepted(chrome, who, place)
    worker = account_of(who.login)
    for wanted in (SUPERVISOR, OF_STRUCTURE | SUPERVISOR, frozenset({"everything"})):
        with pytest.raises(Invalid):
            rights.set_rights(actor=administrator(place), account_id=worker, rights=wanted)
    with sql_allowed("tests"):
        assert Account.objects.get(id=worker).rights == []


def test_the_platform_changes_its_administrators_and_withdraws_all(chrome: Browser) -> None:
    account, _ = platform_account(chrome, "supervision")
    boss = chief()
    assert chrome.get("/gestion/supervision").status_code == 200
    with pytest.raises(Invalid):
        rights.set_rights(actor=boss, account_id=account, rights=OF_STRUCTURE)
    rights.set_rights(actor=boss, account_id=account, rights=frozenset({"identity-referent"}))
    assert chrome.get("/gestion/supervision").status_code == 403
    assert chrome.get("/gestion/identites").status_code == 200
    rights.set_rights(actor=boss, account_id=account, rights=frozenset())
    assert session.find(chrome.token) is None
    assert people.account(actor=boss, account_id=account).rights == frozenset()
    rights.set_rights(actor=boss, account_id=account, rights=SUPERVISOR)
    assert people.account(actor=boss, account_id=account).rights == SUPERVISOR


def test_whoever_leaves_is_out_the_same_moment(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    admin = administrator(place)
    application = accepted(chrome, who, place)
    worker = account_of(who.login)
    assert chrome.get("/pro/reglages/sessions").status_code == 200
    rights.dismiss(actor=admin, account_id=worker)
    rights.dismiss(actor=admin, account_id=worker)
    assert session.find(chrome.token) is None
    assert firefox.post("/connexion/compte", proofs(who, application)).status_code == 403
    shown = people.account(actor=admin, account_id=worker)
    assert (shown.suspended, shown.rights) == (True, frozenset())
    with pytest.raises(Invalid):
        rights.set_rights(actor=admin, account_id=worker, rights=OF_STRUCTURE)
    with sql_allowed("tests"):
        person = Account.objects.get(id=worker).person_id
        assert not Situation.objects.filter(practitioner_id=person, active=True).exists()


def test_an_invitation_is_withdrawn_before_it_serves_only(chrome: Browser) -> None:
    place = structure()
    admin, who = administrator(place), guest()
    invited = invitations.invite_worker(actor=admin, organisation_id=place, guest=who)
    (waiting,) = people.administered(actor=admin).waiting
    assert (waiting.login, waiting.expires_at) == (who.login, invited.expires_at)
    with pytest.raises(NotFound):
        rights.withdraw_invitation(actor=administrator(structure()), invitation_id=waiting.id)
    assert chrome.get(f"/connexion/invitation/{invited.token}").status_code == 200
    rights.withdraw_invitation(actor=admin, invitation_id=waiting.id)
    rights.withdraw_invitation(actor=admin, invitation_id=waiting.id)
    assert chrome.get(f"/connexion/invitation/{invited.token}").status_code == 404
    assert people.administered(actor=admin).waiting == ()
    again = guest()
    accepted(chrome, again, place)
    with sql_allowed("tests"):
        used = Account.objects.get(subject=again.login)
    assert people.account(actor=admin, account_id=used.id).login == again.login
