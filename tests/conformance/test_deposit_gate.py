"""Every document of the French corpus meets the gate of the record: those of the current set enter when the identity is
qualified and the key right; older ones are refused by name and stay readable."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from socle.base.access.doors import sql_allowed
from socle.base.identity.family import holding_ins
from socle.base.vault import sealing
from socle.errors import Invalid
from socle.formats import cda
from socle.formats.identifiers import ins_key_is_right, oid_allowed
from socle.formats.names import stored_name
from socle.record import incoming
from socle.record.actions import deposits
from socle.record.incoming import Claims
from socle.record.queries import documents, synthesis
from tests import minting
from tests.corpora import SHARED, shared
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("installation")
FOLDER = SHARED / "corpora" / "cda-fr"


def files(generation: str) -> list[Path]:
    return sorted((FOLDER / generation).glob("*.xml"))


def known(document: cda.Document) -> bool:
    """The person of the header is known and qualified; False when no qualified identity can hold this INS."""
    person = document.header.patient
    assert person.ins is not None
    with sql_allowed("tests"):
        held = holding_ins(person.ins.extension, person.ins.root)
    if held is None:
        minting.patient(
            birth_name=stored_name(person.birth_family_name),
            first_given=stored_name(person.first_given_name),
            given_names=stored_name(person.given_names),
            birth_date=person.birth_date,
            sex=person.sex,
            birthplace_cog=person.birthplace_code,
            matricule=person.ins.extension,
            oid=person.ins.root,
        )
    return True


def put(content: bytes) -> deposits.Deposited:
    return deposits.deposit(actor=minting.doctor(), incoming=incoming.read(content, "text/xml", Claims()))


def test_the_corpus_is_whole() -> None:
    rows = list(csv.DictReader(shared("corpora/cda-fr/EXPECTED.csv").read_text("utf-8").splitlines()))
    assert len(rows) == len(files("3.0")) + len(files("2.41"))


@pytest.mark.parametrize("path", files("2.41"), ids=lambda path: path.name)
def test_an_older_document_is_refused_and_stays_readable(path: Path) -> None:
    content = path.read_bytes()
    with pytest.raises(Invalid) as refusal:
        put(content)
    assert refusal.value.code == "model"
    document = cda.parse(content)
    assert cda.render(document) or document.attachments


@pytest.mark.parametrize("path", files("3.0"), ids=lambda path: path.name)
def test_a_current_document_enters_or_is_refused_by_the_rule_that_it_breaks(path: Path) -> None:
    content = path.read_bytes()
    document = cda.parse(content)
    ins = document.header.patient.ins
    assert ins is not None
    if not oid_allowed(ins.root, "demo") or not ins_key_is_right(ins.extension):
        with pytest.raises(Invalid) as refusal:
            put(content)
        assert refusal.value.code in ("ins-oid", "ins-key")
        return
    assert known(document)
    deposited = put(content)
    with sql_allowed("tests"):
        held = holding_ins(ins.extension, ins.root)
    assert held is not None
    settle()
    person = minting.holder(held.root)
    opened = documents.read(actor=person, patient_id=held.root, document_id=deposited.id)
    assert sealing.open(opened.permit) == content
    synthesis.page(actor=person, patient_id=held.root)
