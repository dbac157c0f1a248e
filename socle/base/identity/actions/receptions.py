"""Identities that software sends, by FHIR or HL7 v2. What becomes of each is a rule, not a choice.

Source: RNIV 2.0 EXI SI 33-34 and §4.9.2 (trust contract); issue of the ground (a sound INS becomes qualifiée without a call).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door
from socle.base.identity import changing
from socle.base.identity import family as families
from socle.base.identity.actions.patients import insert, new
from socle.base.identity.models import LocalIdentifier, Patient
from socle.base.identity.numbers import bearer_of, namer_of
from socle.base.identity.rules import FOR_MINORS, HIGH_TRUST, TRUSTED_SENDER, Step, may_send_identities, may_step
from socle.base.identity.traits import NOTHING_ELSE, Columns, Complementary, Strict, complementary_columns, strict_columns
from socle.errors import Conflict, Invalid, Issue
from socle.formats.identifiers import Ins, canonical_system, oid_allowed, parse_ins, system_of_uri

KEY_TRAITS = ("birth_name_key", "first_given_key", "birth_date", "sex")
DIFFERS = "Cet identifiant désigne déjà une autre personne : ses traits diffèrent de ceux de la demande."


NUMBERS = 20
"""Local numbers of one identity in one call."""


@dataclass(frozen=True, slots=True)
class Received:
    """An identity as software tells it. `validated` is what it claims (VALI); the INS and the document are claims too."""

    strict: Strict
    complementary: Complementary = NOTHING_ELSE
    validated: bool = False
    matricule: str = ""
    oid: str = ""
    document_kind: str = ""
    locals: tuple[tuple[str, str], ...] = ()
    """(system, value) of the numbers that the sender gives to the person."""


@dataclass(frozen=True, slots=True)
class Reception:
    """What became of it. `created` is False when the person was known by a local number or the INS."""

    id: UUID
    version: int
    status: str
    created: bool
    warnings: tuple[Issue, ...] = ()


@door(reads=False)
def receive(*, actor: Actor, received: Received) -> Reception:
    """The identity exists, once, whatever the number of parallel retries; the sender's local numbers name it.

    Under a trust contract a validated identity is qualified when its INS is sound, validated when it has none or a wrong key
    (outside production); otherwise it is provisional without matricule. A known identity rises so and never falls.
    Invalid `traits`, `ins-shape`, `ins-key-missing`, `ins-oid`, `ins-key` (production); Conflict `identity-conflict` when the
    INS or a local number is held by an identity whose key traits differ."""
    may_send_identities(actor).enforce()
    columns = strict_columns(received.strict) | complementary_columns(received.complementary)
    ins, warnings = _sound_ins(received)
    numbers = _numbers(received)
    _wait_for_others(actor, ins, numbers)
    known = _known(actor, ins, numbers, columns)
    patient = known or new(actor, columns)
    before = patient.status
    _raise_status(actor, patient, received, ins, columns)
    if known is None:
        insert(patient)
    elif patient.status != before:
        changing.save(patient, "received")
    for system, value in numbers:
        LocalIdentifier.objects.get_or_create(owner_id=namer_of(actor), system=system, value=value, defaults={"patient": patient})
    return Reception(patient.id, patient.version, patient.status, known is None, warnings)


def _sound_ins(received: Received) -> tuple[Ins | None, tuple[Issue, ...]]:
    """The INS whose authority this installation accepts and whose key is right."""
    if not received.matricule:
        return None, ()
    try:
        ins = parse_ins(received.matricule, received.oid)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where="identifier") from None
    if not oid_allowed(ins.oid, settings.SOCLE_PROFILE):
        sentence = "L’INS relève d’une autorité qui n’est pas admise sur cette installation."
        raise Invalid("ins-oid", sentence, where="identifier")
    if ins.key_is_right:
        return ins, ()
    sentence = "La clé de l’INS est fausse : l’identité est enregistrée sans matricule."
    if settings.SOCLE_PROFILE == "production":
        raise Invalid("ins-key", "La clé de l’INS est fausse.", where="identifier")
    return None, (Issue("ins-key", sentence, "identifier", "warning"),)


def _numbers(received: Received) -> tuple[tuple[str, str], ...]:
    """The local numbers, each system written one way. None may be of a national system: a number of ours
    would stand for an INS."""
    if len(received.locals) > NUMBERS:
        raise Invalid("identifier", f"Une identité porte {NUMBERS} identifiants locaux au plus.", where="identifier")
    numbers = {(canonical_system(system), value) for system, value in received.locals}
    if any(system_of_uri(system, value) is not None for system, value in numbers):
        raise Invalid("identifier", "Un système national ne porte pas d’identifiant local.", where="identifier")
    for system, value in numbers:
        fits = 0 < len(system) <= 200 and 0 < len(value) <= 200 and (system + value).isprintable()
        if not fits:
            raise Invalid("identifier", "Un identifiant local n’a pas la forme attendue.", where="identifier")
    return tuple(sorted(numbers))


def _wait_for_others(actor: Actor, ins: Ins | None, numbers: tuple[tuple[str, str], ...]) -> None:
    """Parallel receptions about one number go one after the other; in a fixed order, so that none waits for itself."""
    namer = namer_of(actor)
    keys = sorted([*(f"{namer}|{system}|{value}" for system, value in numbers), *([f"{ins.oid}|{ins.value}"] if ins else [])])
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity:{key}"])


def _known(actor: Actor, ins: Ins | None, numbers: tuple[tuple[str, str], ...], columns: Columns) -> Patient | None:
    """The active identity that these numbers name, held. Conflict when they name two, or somebody else."""
    ids: set[UUID] = set()
    for system, value in numbers:
        bearer = bearer_of(actor, system, value)
        if bearer is not None:
            ids.add(families.load(bearer).root)
    if ins is not None:
        held = families.holding_ins(ins.value, ins.oid)
        ids |= {held.root} if held is not None else set()
    if not ids:
        return None
    patients = [changing.locked(one, None) for one in sorted(ids)]
    for patient in patients:
        other_ins = ins is not None and patient.matricule is not None and (patient.matricule, patient.oid) != (ins.value, ins.oid)
        if other_ins or any(getattr(patient, name) != columns[name] for name in KEY_TRAITS):
            raise Conflict("identity-conflict", DIFFERS)
    if len(patients) > 1:
        raise Conflict("identity-conflict", "Ces identifiants désignent deux identités : comparez-les avant de les fusionner.")
    return patients[0]


def _raise_status(actor: Actor, patient: Patient, received: Received, ins: Ins | None, columns: Columns) -> None:
    """The row has the status that this reception gives, never a lower one; on an INS, its traits replace the local ones
    (EXI SI 12)."""
    if not (actor.trust_contract and received.validated):
        return
    if not may_step(Step.DOCUMENT, patient.status, doubtful=patient.doubtful, fictitious=patient.fictitious).allowed:
        return
    if not patient.document_kind:
        changing.step(patient, Step.DOCUMENT)
        told = received.document_kind in HIGH_TRUST or received.document_kind in FOR_MINORS
        patient.document_kind = received.document_kind if told else TRUSTED_SENDER
        patient.document_checked_on = clock.today()
    if ins is not None and patient.matricule is None:
        patient.matricule, patient.oid = ins.value, ins.oid
        changing.step(patient, Step.INS)
        for name in ("given_names", "birthplace_cog"):
            setattr(patient, name, columns[name])
