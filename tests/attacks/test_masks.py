"""A mask that the person put is theirs: the author lifts their own masks only, and hides nothing from the person afterwards."""

from __future__ import annotations

import pytest

from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.errors import Forbidden
from socle.record.actions import labels, openings
from socle.record.incoming import HIDDEN_FROM_PATIENT, MASKED
from socle.record.models import Document
from tests import minting
from tests.attacks.test_hijacks import put
from tests.documents import report

pytestmark = pytest.mark.usefixtures("installation")


def refused(actor: Actor, document: labels.Changed, *wanted: str) -> str:
    with pytest.raises(Forbidden) as caught:
        labels.set_labels(actor=actor, document_id=document.id, labels=frozenset(wanted))
    return caught.value.code


def labelled(actor: Actor, document: labels.Changed, *wanted: str) -> tuple[bool, bool]:
    labels.set_labels(actor=actor, document_id=document.id, labels=frozenset(wanted))
    with sql_allowed("tests"):
        row = Document.objects.get(id=document.id)
    return row.masked, row.masked_by_holder


def test_an_author_lifts_their_own_mask_and_not_the_persons() -> None:
    patient, author = minting.patient(), minting.doctor()
    person, document = minting.holder(patient.id), put(author, report(patient, author=author))
    assert labelled(author, document, MASKED) == (True, False)
    assert labelled(author, document) == (False, False)
    assert labelled(person, document, MASKED) == (True, True)
    assert refused(author, document) == "masque-personne"
    assert refused(author, document, HIDDEN_FROM_PATIENT) == "masque-personne"
    assert labelled(person, document) == (False, False)


def test_the_medecin_traitant_lifts_the_persons_mask_and_no_other() -> None:
    patient, author, doctor = minting.patient(), minting.doctor(), minting.doctor()
    person, document = minting.holder(patient.id), put(author, report(patient, author=author))
    openings.state_care(actor=doctor, patient_id=patient.id)
    minting.treated_by(patient.id, doctor)
    labelled(person, document, MASKED)
    assert labelled(doctor, document) == (False, False)
    assert refused(doctor, document, MASKED) == "auteur"
    labelled(author, document, MASKED)
    assert refused(doctor, document) == "auteur"


def test_an_author_whom_the_person_blocks_changes_no_label() -> None:
    patient, author = minting.patient(), minting.doctor()
    person, document = minting.holder(patient.id), put(author, report(patient, author=author))
    openings.block(actor=person, patient_id=patient.id, person_id=author.person_id, person_name=author.name)
    assert refused(author, document, MASKED) == "dossier-sans-autorisation"
    with pytest.raises(Forbidden):
        labels.set_archived(actor=author, document_id=document.id, archived=True)
    openings.unblock(actor=person, patient_id=patient.id, person_id=author.person_id)
    assert labelled(author, document, MASKED) == (True, False)


def test_what_the_person_could_read_is_not_hidden_from_them() -> None:
    patient, author = minting.patient(), minting.doctor()
    shown = put(author, report(patient, author=author))
    hidden = put(author, report(patient, author=author), HIDDEN_FROM_PATIENT)
    assert refused(author, shown, HIDDEN_FROM_PATIENT) == "deja-visible"
    assert labelled(author, hidden, HIDDEN_FROM_PATIENT) == (False, False)
    labelled(author, hidden)
    assert refused(author, hidden, HIDDEN_FROM_PATIENT) == "deja-visible"
