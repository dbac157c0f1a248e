"""The METADATA.XML we write keeps the structure of ebRIM 3.0: order, required attributes, lengths, ids that exist once.

The rules are those of the OASIS schema (rim.xsd 3.0), said here as a table. Outside documents of the XDS corpus keep them too:
the table is not one of our own making.
"""

from __future__ import annotations

import pytest
from lxml import etree

from socle.formats import xdm
from socle.formats.xdm import ebrim
from tests.corpora import shared
from tests.formats.xdm import samples

RIM = f"{{{ebrim.RIM}}}"
OBJECT = ("Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier")
CHILDREN = {
    "RegistryObjectList": ("ExtrinsicObject", "RegistryPackage", "Classification", "Association", "ObjectRef"),
    "ExtrinsicObject": (*OBJECT, "ContentVersionInfo"),
    "RegistryPackage": (*OBJECT, "RegistryObjectList"),
    "Classification": OBJECT,
    "ExternalIdentifier": OBJECT,
    "Association": OBJECT,
    "Slot": ("ValueList",),
    "ValueList": ("Value",),
    "Name": ("LocalizedString",),
    "Description": ("LocalizedString",),
}
UNORDERED = ("RegistryObjectList",)
REQUIRED = {
    "ExtrinsicObject": ("id",),
    "RegistryPackage": ("id",),
    "Classification": ("id", "classifiedObject"),
    "ExternalIdentifier": ("id", "registryObject", "identificationScheme", "value"),
    "Association": ("id", "associationType", "sourceObject", "targetObject"),
    "Slot": ("name",),
    "LocalizedString": ("value",),
}
LONGEST = {"nodeRepresentation": 256, "mimeType": 256, "name": 256, "versionName": 16}
REFERENCES = ("classifiedObject", "registryObject", "sourceObject")


def faults_of(root: etree._Element) -> list[str]:
    found: list[str] = []
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    if len(set(ids)) != len(ids):
        found.append("an id twice")
    for element in root.iter(RIM + "*"):
        name = etree.QName(element).localname
        inner = [etree.QName(child).localname for child in element if isinstance(child.tag, str)]
        allowed = CHILDREN.get(name, ())
        found += [f"{name} holds {child}" for child in inner if child not in allowed]
        places = [allowed.index(child) for child in inner if child in allowed]
        if name not in UNORDERED and places != sorted(places):
            found.append(f"order in {name}: {inner}")
        found += [f"{name} without {attribute}" for attribute in REQUIRED.get(name, ()) if attribute not in element.attrib]
        found += [f"{name}/@{key} too long" for key, most in LONGEST.items() if len(element.get(key, "")) > most]
        if name == "Value" and len(element.text or "") > 256:
            found.append("Value too long")
        found += [f"{name}/@{key} unknown" for key in REFERENCES if element.get(key) is not None and element.get(key) not in ids]
    return found


def test_what_is_written_keeps_the_structure() -> None:
    written = samples.unzipped(xdm.write(samples.with_pdf()))["IHE_XDM/SUBSET01/METADATA.XML"]
    root = etree.fromstring(written)
    assert root.tag == f"{{{ebrim.LCM}}}SubmitObjectsRequest"
    assert faults_of(root) == []
    schemes = {element.get("classificationScheme") for element in root.iter(RIM + "Classification")}
    assert {
        ebrim.CLASS,
        ebrim.TYPE,
        ebrim.FORMAT,
        ebrim.SETTING,
        ebrim.FACILITY,
        ebrim.CONFIDENTIALITY,
        ebrim.CONTENT_TYPE,
    } <= schemes
    slots = [element.get("name") for element in root.iter(RIM + "Slot")]
    for name in ("hash", "size", "URI", "creationTime", "serviceStartTime", "languageCode", "sourcePatientId", "submissionTime"):
        assert name in slots


def test_the_table_finds_what_is_out_of_form() -> None:
    written = samples.unzipped(xdm.write(samples.submission()))["IHE_XDM/SUBSET01/METADATA.XML"]
    root = etree.fromstring(written)
    document = next(root.iter(RIM + "ExtrinsicObject"))
    document.append(document[0])  # a slot behind the identifiers
    assert [fault[:8] for fault in faults_of(root)] == ["order in"]


@pytest.mark.parametrize("name", ["xds/ipf/SubmitObjectsRequest_ebrs30.xml"])
def test_outside_metadata_keeps_the_same_structure(name: str) -> None:
    root = etree.fromstring(shared(f"corpora/{name}").read_bytes())
    assert [fault for fault in faults_of(root) if "unknown" not in fault] == []
