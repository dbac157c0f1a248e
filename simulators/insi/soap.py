"""SOAP 1.2 envelopes in, envelopes and faults out. Nothing of a message reaches a fault but its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
BAM: Final = "urn:siram:bam:ctxbam"
LPS: Final = "urn:siram:lps:ctxlps"
SIRAM: Final = "urn:siram"
CONTENT_TYPE: Final = "application/soap+xml; charset=utf-8"

_NAMES = {"soap": SOAP, "wsa": ADDRESSING, "bam": BAM, "lps": LPS}
_NEEDED = (
    *(f"bam:ContexteBAM/bam:{name}" for name in ("Id", "Temps", "Emetteur")),
    *(f"lps:ContexteLPS/lps:{name}" for name in ("Id", "Temps", "Emetteur")),
    *(f"lps:ContexteLPS/lps:LPS/lps:{name}" for name in ("IDAM", "Version", "Instance", "Nom")),
)


class Fault(Exception):
    """`role` is Sender or Receiver (or VersionMismatch); `code` is the one of `siram:Erreur`; `sentence` is French."""

    def __init__(self, role: str, subcode: str, code: str, sentence: str) -> None:
        super().__init__(code)
        self.role, self.subcode, self.code, self.sentence = role, subcode, code, sentence

    @property
    def status(self) -> int:
        return 500 if self.role == "Receiver" else 400


def malformed(sentence: str) -> Fault:
    """A message that the sender must mend. The real codes of these cases are not published: `simulateur_…` are ours."""
    return Fault("Sender", "siram_10", "simulateur_message", sentence)


@dataclass(frozen=True, slots=True)
class Call:
    action: str
    message_id: str
    header: etree._Element
    body: etree._Element
    """The one element of the body."""


def read(content: bytes) -> Call:
    """Fault for whatever is not a complete call. No DTD, no entity, no network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed("Le message n’est pas du XML bien formé.") from error
    if root.getroottree().docinfo.doctype:
        raise malformed("Une DTD n’est pas acceptée.")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Fault("VersionMismatch", "siram_10", "simulateur_message", "Une enveloppe SOAP 1.2 est attendue.")
    header, body = root.find("soap:Header", _NAMES), root.find("soap:Body", _NAMES)
    if header is None or body is None or len(body) != 1 or not isinstance(body[0].tag, str):
        raise malformed("L’enveloppe doit contenir un en-tête et un corps d’un seul élément.")
    for path in _NEEDED:
        if not text(header, path):
            raise malformed(f"Il manque l’en-tête {path}.")
    return Call(text(header, "wsa:Action"), text(header, "wsa:MessageID"), header, body[0])


def text(element: etree._Element, path: str, names: dict[str, str] = _NAMES) -> str:
    """The text at that path, trimmed; empty when there is none."""
    return (element.findtext(path, "", names) or "").strip()


def texts(element: etree._Element, path: str, names: dict[str, str]) -> tuple[str, ...]:
    return tuple((found.text or "").strip() for found in element.findall(path, names))


_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)


def day(value: str, name: str) -> date:
    """A calendar day, with or without hyphens."""
    matched = _DATE.fullmatch(value)
    try:
        return date(*(int(part) for part in matched.groups())) if matched else date.fromisoformat("")
    except ValueError as error:
        raise wrong(name) from error


def wrong(name: str) -> Fault:
    return Fault("Sender", "siram_10", "simulateur_format", f"La valeur de {name} n’a pas la forme attendue.")


def envelope(action: str, relates_to: str, content: etree._Element) -> bytes:
    """An answer; `relates_to` is the MessageID of the call."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "wsa": ADDRESSING})
    header = etree.SubElement(root, f"{{{SOAP}}}Header")
    etree.SubElement(header, f"{{{ADDRESSING}}}Action").text = action
    if relates_to:
        etree.SubElement(header, f"{{{ADDRESSING}}}RelatesTo").text = relates_to
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def fault_envelope(fault: Fault) -> bytes:
    content = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
    code = etree.SubElement(content, f"{{{SOAP}}}Code")
    etree.SubElement(code, f"{{{SOAP}}}Value").text = f"soap:{fault.role}"
    subcode = etree.SubElement(code, f"{{{SOAP}}}Subcode")
    etree.SubElement(subcode, f"{{{SOAP}}}Value").text = f"soap:{fault.subcode}"
    reason = etree.SubElement(etree.SubElement(content, f"{{{SOAP}}}Reason"), f"{{{SOAP}}}Text")
    reason.set("{http://www.w3.org/XML/1998/namespace}lang", "fr")
    reason.text = fault.sentence
    detail = etree.SubElement(content, f"{{{SOAP}}}Detail")
    error = etree.SubElement(detail, f"{{{SIRAM}}}Erreur", nsmap={"siram": SIRAM}, severite="fatal", code=fault.code)
    error.text = fault.sentence
    return envelope(ADDRESSING + "/soap/fault", "", content)
