"""A file carried by a structured document. Source: CI-SIS section 2.243 (copy of the document), entries 3.18 and 3.48.18."""

from __future__ import annotations

import base64

from socle.formats.cda.values import Code
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add
from socle.formats.cda.writer.sections import COPY, LOINC, open_section

_ORGANIZER = "1.2.250.1.213.1.1.3.18"
_KIND = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48", "1.2.250.1.213.1.1.3.48.18")


def copy(parent: Element, ids: IdSequence, pdf: bytes) -> None:
    """The section that holds the document as its author printed it."""
    section = open_section(parent, COPY, ids)
    anchor, words = ids.anchor(), ids.anchor()
    text = add(section, "text")
    add(text, "content", "Copie du document en PDF", ID=words)
    add(text, "renderMultiMedia", referencedObject=anchor)
    organizer = add(add(section, "entry"), "organizer", classCode="CLUSTER", moodCode="EVN")
    x.templates(organizer, _ORGANIZER)
    x.identifier(organizer, ids.next())
    x.coded(organizer, "code", Code("55107-7", LOINC, "Document attaché"))
    add(organizer, "statusCode", code="completed")
    observation = add(add(organizer, "component"), "observation", classCode="OBS", moodCode="EVN")
    x.templates(observation, *_KIND)
    x.identifier(observation, ids.next())
    x.coded(observation, "code", Code("69764-9", LOINC, "Type de document"))
    add(add(observation, "text"), "reference", value=f"#{words}")
    add(observation, "statusCode", code="completed")
    add(observation, "effectiveTime", nullFlavor="NA")
    x.coded(observation, "value", COPY.code, kind="CD")
    media = add(add(organizer, "component"), "observationMedia", classCode="OBS", moodCode="EVN", ID=anchor)
    add(media, "value", base64.b64encode(pdf).decode("ascii"), mediaType="application/pdf", representation="B64")
