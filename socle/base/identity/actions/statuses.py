"""What happens to an identity after it is registered: document checked, INS retrieved, doubt, homonym, fiction.

Every door compares the version that its caller read, writes the next one, and tells `identity.changed` (or `identity.doubted`).
Refusals are Conflict with the sentence of the rule (`rules.TRANSITIONS`), unless said otherwise.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.events import queue
from socle.base.identity import changing
from socle.base.identity import family as families
from socle.base.identity import heading as headings
from socle.base.identity.actions.patients import Changed, reason_of
from socle.base.identity.comparison import compare, of_row
from socle.base.identity.gateways.insi_messages import SEVERAL, Answer, Found
from socle.base.identity.models import Patient
from socle.base.identity.rules import REFERENT, Step, may_identify, may_step, may_validate
from socle.errors import Conflict, Invalid
from socle.formats.identifiers import Ins, oid_allowed
from socle.formats.names import comparable

BLOCKED = "Les traits renvoyés par INSi diffèrent de ceux de l’identité : l’INS ne peut pas être récupéré."
DIFFERS = "Les traits de la pièce diffèrent : l’INS ne peut pas être qualifiée."


@door(reads=False)
def check_document(
    *,
    actor: Actor,
    patient_id: UUID,
    version: int,
    kind: str,
    original: bool,
    traits_agree: bool,
    parent_document: str = "",
) -> Changed:
    """A high-trust document was checked: a provisional identity is validated, a retrieved one is qualified. `kind` is a code of
    `rules.HIGH_TRUST` or, for a minor with the parent's document, of `rules.FOR_MINORS`; nothing is chosen by default
    (EXI SI 23).

    Invalid `piece-…` for a document that does not validate; Conflict `piece-differe` when its traits are not those shown."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    decision = may_validate(kind, original=original, parent_document=parent_document, minor=headings.of(patient).minor)
    if not decision.allowed:
        raise Invalid(decision.code, decision.sentence, where="parent_document" if decision.code == "piece-parent" else "kind")
    if not traits_agree:
        raise Conflict("piece-differe", DIFFERS)
    changing.step(patient, Step.DOCUMENT)
    patient.document_kind, patient.document_checked_on = kind, clock.today()
    return Changed(patient.id, changing.save(patient, Step.DOCUMENT))


@door(reads=False)
def retrieve_ins(*, actor: Actor, patient_id: UUID, version: int, answer: Answer, accepted: bool) -> Changed:
    """The identity holds the INS that the teleservice answered, and its strict traits are those of the answer (EXI SI 12):
    provisional becomes retrieved, validated becomes qualified. Numbers that the person had before are kept.

    `answer` was obtained before this door. `accepted`: a person saw the comparison and accepts that other first names or the
    place differ. Conflict `insi-personne` or `insi-plusieurs` when it names nobody, `insi-traits` when a key trait differs or one
    is missing (EXI PP 20), `insi-a-comparer` when a difference is not accepted, `ins-deja-attribuee` when another active identity
    holds the INS (EXI SI 32), `ins-cle`, `ins-oid`, `identite-douteuse`, `identite-fictive`."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    found = _one_person(answer)
    decision = may_step(Step.INS, patient.status, doubtful=patient.doubtful, fictitious=patient.fictitious)
    if not decision.allowed:
        raise Conflict(decision.code, decision.sentence)
    seen = compare(of_row(patient), found.traits)
    if seen.blocks:
        raise Conflict("insi-traits", BLOCKED)
    if seen.to_accept and not accepted:
        raise Conflict("insi-a-comparer", "Des traits diffèrent : comparez-les avant d’accepter ceux du téléservice INSi.")
    _may_hold(patient, found.ins)
    if patient.matricule is not None and patient.oid is not None and patient.matricule != found.ins.value:
        changing.keep_previous(patient, patient.matricule, patient.oid, "replaced")
    for former in found.history:
        changing.keep_previous(patient, former.value, former.oid, "history")
    _take(patient, found)
    changing.step(patient, Step.INS)
    return Changed(patient.id, changing.save(patient, Step.INS))


@door(reads=False)
def withdraw_document(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The check of the document does not count any more: qualified becomes retrieved, validated becomes provisional."""
    return _step(actor, patient_id, version, Step.DOCUMENT_WITHDRAWN, reason)


@door(reads=False)
def withdraw_ins(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The INS does not count any more (verification failed): qualified becomes validated, retrieved becomes provisional; the INS
    is kept among the previous ones (RNIV §4.8.1)."""
    return _step(actor, patient_id, version, Step.INS_WITHDRAWN, reason)


@door(reads=False)
def put_in_doubt(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The identity is doubtful and provisional, without INS; the one it had is kept among the previous ones, and
    `identity.doubted` tells the referents and who follows the person (EXI SI 09). A fictitious identity cannot be doubtful. From
    whoever neither follows nor registered the person, it is a report: nothing changes, `identity.doubt-reported` tells the
    referents."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    if not _is_tied(actor, patient):
        queue.emit("identity.doubt-reported", aggregate_id=patient.id, patient_id=patient.id, facts={})
        return Changed(patient.id, patient.version)
    changing.step(patient, Step.DOUBT)
    patient.doubtful = True
    return Changed(patient.id, changing.save(patient, Step.DOUBT, "identity.doubted", by=actor.person_id))


def _is_tied(actor: Actor, patient: Patient) -> bool:
    """The platform, a referent, who registered the person or works there, who has them in care and is not blocked."""
    if actor.kind is Kind.SYSTEM or REFERENT in actor.rights:
        return True
    facts = sight.load(actor, families.load(patient.id).ids).facts
    registered = actor.person_id is not None and actor.person_id == patient.registrar_id
    same_structure = actor.structure_id is not None and actor.structure_id == patient.registrar_structure_id
    return not facts.blocked and (registered or same_structure or facts.authorised or facts.emergency_open)


@door(reads=False)
def lift_doubt(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The identity is provisional without doubt: document and INS are to be sought again."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, Step.DOUBT_LIFTED)
    patient.doubtful = False
    return Changed(patient.id, changing.save(patient, Step.DOUBT_LIFTED))


@door(reads=False)
def declare_fictitious(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The identity is fictitious and provisional, without INS: training, tests. A doubtful identity cannot be fictitious."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, Step.FICTION)
    patient.fictitious = True
    return Changed(patient.id, changing.save(patient, Step.FICTION))


@door(reads=False)
def declare_homonym(*, actor: Actor, patient_id: UUID, version: int, homonym: bool) -> Changed:
    """The identity says, or does not say any more, that another person has close traits. Any status; survives its changes."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    patient.homonym = homonym
    return Changed(patient.id, changing.save(patient, "homonym"))


def _step(actor: Actor, patient_id: UUID, version: int, step: Step, reason: str) -> Changed:
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, step)
    return Changed(patient.id, changing.save(patient, step))


def _one_person(answer: Answer) -> Found:
    if answer.found is not None:
        return answer.found
    if answer.code == SEVERAL:
        sentence = "Plusieurs personnes répondent à ces traits : complétez les prénoms et le lieu de naissance."
        raise Conflict("insi-plusieurs", sentence)
    raise Conflict("insi-personne", "Le téléservice INSi ne trouve personne avec ces traits.")


def _may_hold(patient: Patient, ins: Ins) -> None:
    if not oid_allowed(ins.oid, settings.SOCLE_PROFILE):
        raise Conflict("ins-oid", "L’INS relève d’une autorité qui n’est pas admise sur cette installation.")
    if not ins.key_is_right:
        raise Conflict("ins-cle", "La clé de l’INS est fausse : il ne peut pas être enregistré.")
    holders = Patient.objects.filter(oid=ins.oid, matricule=ins.value, master=None).exclude(id=patient.id)
    if holders.exists():
        sentence = "Cet INS est déjà porté par une autre identité : comparez-les, puis demandez la fusion."
        raise Conflict("ins-deja-attribuee", sentence)


def _take(patient: Patient, found: Found) -> None:
    """The traits of the answer replace the local ones; the first given name stays as it was chosen, since it begins the list."""
    traits = found.traits
    patient.birth_name, patient.birth_name_key = traits.birth_name, comparable(traits.birth_name)
    patient.given_names, patient.birth_date, patient.sex = traits.given_names, traits.birth_date, traits.sex
    patient.birthplace_cog = traits.birthplace_cog
    patient.matricule, patient.oid = found.ins.value, found.ins.oid
    patient.ins_verified_at = clock.now()
