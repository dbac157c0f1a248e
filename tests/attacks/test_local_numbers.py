"""A local number never stands for an INS, nor for the number of another structure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socle.base.identity.actions import receptions
from socle.base.identity.actions.receptions import Received
from socle.base.identity.queries import patients
from socle.errors import Invalid
from socle.formats.identifiers import INS_TEST_OID
from tests import minting
from tests.base.identity import people

pytestmark = pytest.mark.usefixtures("installation")


@pytest.mark.parametrize("prefix", ["", "urn:oid:", "URN:OID:", " urn:OID:"])
def test_nobody_is_given_the_ins_of_another_as_a_local_number(prefix: str) -> None:
    odette = minting.patient()
    squat = Received(people.strict(), locals=((prefix + INS_TEST_OID, str(odette.matricule)),))
    for actor in (people.software(), people.software(trust_contract=False)):
        with pytest.raises(Invalid, match="identifier"):
            receptions.receive(actor=actor, received=squat)
    assert patients.bearer(actor=people.software(), system=prefix + INS_TEST_OID, value=str(odette.matricule)) == odette.id


def test_a_structure_reads_the_numbers_that_it_gave_and_no_others() -> None:
    laboratory, practice = people.software(), people.software(trust_contract=False)
    number = ("urn:oid:1.2.3.4.5", minting.matricule())
    squat = receptions.receive(actor=practice, received=Received(people.strict(), locals=(number,)))
    own = receptions.receive(actor=laboratory, received=Received(people.strict(), locals=(number,)))
    assert own.id != squat.id
    for actor, named in ((laboratory, own.id), (practice, squat.id), (people.software(), None)):
        assert patients.bearer(actor=actor, system=number[0], value=number[1]) == named
    assert patients.bearer(actor=replace(laboratory, person_id=None), system="1.2.3.4.5", value=number[1]) == own.id


def test_one_call_brings_twenty_numbers_at_most() -> None:
    many = tuple(("urn:oid:1.2.3.4.6", str(number)) for number in range(21))
    with pytest.raises(Invalid, match="identifier"):
        receptions.receive(actor=people.software(), received=Received(people.strict(), locals=many))
