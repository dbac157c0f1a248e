"""Rules of access: state, block, authorisation, urgency; permission and refusal in one table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socle import clock
from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.access.rules import (
    CLOSED,
    NEVER_READS,
    NO_AUTHORISATION,
    NO_RECORD,
    NOT_YOUR_ROLE,
    OPPOSED,
    URGENT_ENDED,
    URGENT_REFUSED,
    YES,
    Decision,
    may_open_urgently,
    may_state_care,
    record_decision,
)
from socle.base.access.sight import Facts

DOCTOR = Actor(kind=Kind.PROFESSIONAL, person_id=clock.new_id(), profession="10")
URGENT = replace(DOCTOR, purpose=Purpose.EMERGENCY)
SAMU = replace(DOCTOR, purpose=Purpose.REGULATION, regulation_claim=True)
OPEN = Facts(opening="open")
AUTHORISED = replace(OPEN, authorised=True)

CASES: list[tuple[str, Actor, Facts, Decision]] = [
    ("authorised", DOCTOR, AUTHORISED, YES),
    ("without authorisation", DOCTOR, OPEN, NO_AUTHORISATION),
    ("blocked reads the same", DOCTOR, replace(AUTHORISED, blocked=True), NO_AUTHORISATION),
    ("blocked in emergency", URGENT, replace(AUTHORISED, blocked=True, emergency_open=True), NO_AUTHORISATION),
    ("emergency open", URGENT, replace(OPEN, emergency_open=True), YES),
    ("emergency not opened or over", URGENT, AUTHORISED, URGENT_ENDED),
    ("emergency refused by the person", URGENT, replace(OPEN, emergency_open=True, emergency_allowed=False), URGENT_REFUSED),
    ("regulation open", SAMU, replace(OPEN, emergency_open=True), YES),
    ("regulation refused by the person", SAMU, replace(OPEN, emergency_open=True, regulation_allowed=False), URGENT_REFUSED),
    ("no record", DOCTOR, Facts(authorised=True), NO_RECORD),
    ("announced only", DOCTOR, replace(AUTHORISED, opening="announced"), NO_RECORD),
    ("opposed, even in emergency", URGENT, replace(AUTHORISED, opening="opposed", emergency_open=True), OPPOSED),
    ("closed", DOCTOR, replace(AUTHORISED, opening="closed"), CLOSED),
    ("deceased", DOCTOR, replace(AUTHORISED, opening="deceased"), CLOSED),
    ("software without a professional", Actor(kind=Kind.SOFTWARE), AUTHORISED, NEVER_READS),
    ("administrator", Actor(kind=Kind.ADMINISTRATOR), AUTHORISED, NOT_YOUR_ROLE),
    ("visitor", Actor(kind=Kind.VISITOR), AUTHORISED, NOT_YOUR_ROLE),
    ("representative", Actor(kind=Kind.REPRESENTATIVE), replace(OPEN, represents=True), YES),
    ("somebody else's representative", Actor(kind=Kind.REPRESENTATIVE), OPEN, Decision(False, hidden=True)),
    ("another patient", Actor(kind=Kind.PATIENT), AUTHORISED, Decision(False, hidden=True)),
]


@pytest.mark.parametrize(("case", "actor", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_may_read_the_record(case: str, actor: Actor, facts: Facts, expected: Decision) -> None:
    assert record_decision(actor, facts, holder=False) == expected


URGENT_CASES: list[tuple[str, Actor, Facts, Purpose, str, str]] = [
    ("with a reason", DOCTOR, OPEN, Purpose.EMERGENCY, "Malaise sur la voie publique", ""),
    ("reason too short", DOCTOR, OPEN, Purpose.EMERGENCY, "   malaise    ", "motif"),
    ("delegate", replace(DOCTOR, on_behalf_of=clock.new_id()), OPEN, Purpose.EMERGENCY, "x" * 20, "role"),
    ("software", Actor(kind=Kind.SOFTWARE), OPEN, Purpose.EMERGENCY, "x" * 20, "role"),
    ("patient", Actor(kind=Kind.PATIENT), OPEN, Purpose.EMERGENCY, "x" * 20, "role"),
    ("opposed", DOCTOR, replace(OPEN, opening="opposed"), Purpose.EMERGENCY, "x" * 20, "dossier-opposition"),
    ("blocked", DOCTOR, replace(OPEN, blocked=True), Purpose.EMERGENCY, "x" * 20, "dossier-sans-autorisation"),
    ("refused by the person", DOCTOR, replace(OPEN, emergency_allowed=False), Purpose.EMERGENCY, "x" * 20, "urgence-refusee"),
    ("regulation without the claim", DOCTOR, OPEN, Purpose.REGULATION, "x" * 20, "regulation-non-reconnue"),
    ("regulation with the claim", SAMU, OPEN, Purpose.REGULATION, "x" * 20, ""),
]


@pytest.mark.parametrize(
    ("case", "actor", "facts", "purpose", "reason", "code"), URGENT_CASES, ids=[case[0] for case in URGENT_CASES]
)
def test_may_open_urgently(case: str, actor: Actor, facts: Facts, purpose: Purpose, reason: str, code: str) -> None:
    decision = may_open_urgently(actor, facts, purpose, reason)
    assert (decision.allowed, decision.code) == (code == "", code)


def test_the_blocked_cannot_give_themselves_an_authorisation_by_stating_care() -> None:
    assert may_state_care(DOCTOR, OPEN).allowed
    assert may_state_care(DOCTOR, replace(OPEN, blocked=True)) == NO_AUTHORISATION
    assert may_state_care(Actor(kind=Kind.SOFTWARE), OPEN) == NOT_YOUR_ROLE
