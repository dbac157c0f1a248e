"""Chains on the author of a document: each parameter matches the words of its own part of the name."""

from __future__ import annotations

import pytest

from tests import minting
from tests.documents import report
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import sent
from tests.races.test_deposits import cda_reference


@pytest.mark.parametrize(
    ("name", "family", "given", "neither"),
    [
        ({"text": "Dr Anne-Laure DE LA TOUR"}, "tour", "laure", "dr"),
        ({"family": "De La Tour", "given": ["Anne-Laure", "Marie"], "prefix": ["Dr"]}, "de la tour", "anne laure", "marie"),
        ({"use": "official", "family": "Tour", "given": ["Anne"], "text": "Anne Autre"}, "tour", "anne", "autre"),
    ],
)
def test_a_chain_matches_the_words_of_one_part_of_a_name(
    wire: Wire, name: dict[str, object], family: str, given: str, neither: str
) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = samples.published(patient, author)
    resource["contained"][0]["name"] = [name]
    stored = sent(wire.client(author), resource).json()
    (practitioner,) = [one for one in stored["contained"] if one["resourceType"] == "Practitioner"]
    assert practitioner["name"][0].keys() == {"text", "family", "given"}
    holder = wire.client(minting.holder(patient.id))

    def total(**asked: str) -> int:
        told = {name.replace("_", "."): value for name, value in asked.items()}
        return int(
            holder.get("DocumentReference", params={"patient": str(patient.id), "status": "current", **told}).json()["total"]
        )

    assert total(author_family=family, author_given=given) == 1
    assert [total(author_family=given), total(author_given=family)] == [0, 0]
    assert [total(author_family=neither), total(author_given=neither)] == [0, 0]


def test_a_name_whose_parts_nobody_can_tell_apart_is_found_by_any_word(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = samples.published(patient, author)
    resource["contained"][0]["name"] = [{"text": "Claire Novarel"}]
    assert sent(wire.client(author), resource).status_code == 201
    holder = wire.client(minting.holder(patient.id))
    for query, matches in (("author.family=novarel", 1), ("author.given=novarel", 1), ("author.family=autre", 0)):
        assert holder.get(f"DocumentReference?patient={patient.id}&status=current&{query}").json()["total"] == matches


def test_the_author_of_a_cda_is_found_by_the_parts_of_the_header(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    content = report(patient, author=author)
    stored = sent(wire.client(author), cda_reference(patient, content)).json()
    (name,) = next(one["name"] for one in stored["contained"] if one["resourceType"] == "Practitioner")
    holder = wire.client(minting.holder(patient.id))
    asked = f"DocumentReference?patient={patient.id}&status=current"
    right = f"author.family={name['family']}&author.given={name['given'][0]}"
    assert holder.get(f"{asked}&{right}").json()["total"] == 1
    assert holder.get(f"{asked}&author.family={name['given'][0]}").json()["total"] == 0
