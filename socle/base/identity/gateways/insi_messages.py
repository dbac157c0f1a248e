"""Messages of the INSi teleservice: what a search says, what an answer means. SOAP 1.2, no network.

Source: rules of the teleservice gathered from public client test suites (operations, namespaces, DESIR ICIR 1.5.0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from lxml import etree

from socle.base.identity.comparison import Traits
from socle.errors import Invalid, Unavailable
from socle.formats.birth_dates import parse_birth_date
from socle.formats.identifiers import Ins, parse_ins
from socle.formats.names import insi_form, stored_name

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
BAM = "urn:siram:bam:ctxbam"
LPS = "urn:siram:lps:ctxlps"
SEARCH = "http://www.cnamts.fr/INSiRecSans"
BY_TRAITS = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"

FOUND, NOBODY, SEVERAL = "00", "01", "02"
SILENT = "Le téléservice INSi ne répond pas. Continuez avec l’identité locale et réessayez plus tard."
UNREADABLE = "La réponse du téléservice INSi ne peut pas être lue. Réessayez plus tard."


@dataclass(frozen=True, slots=True)
class Asked:
    """The traits of a call, which may differ from the local identity without changing it (EXI SI 27)."""

    birth_name: str = field(repr=False)
    given_names: tuple[str, ...] = field(repr=False)
    """The first given name, then the others, tried one by one."""
    sex: str = field(repr=False)
    birth_date: date = field(repr=False)
    birthplace_cog: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The identity that the teleservice answered."""

    ins: Ins
    traits: Traits
    history: tuple[Ins, ...] = ()
    """Numbers that the person had before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is 00 with `found`, 01 nobody, 02 several."""

    code: str
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """What the header tells of who calls: `sender` is the national id of the professional or structure."""

    sender: str
    idam: str
    version: str
    instance: str
    name: str


def checked(asked: Asked) -> Asked:
    """The call in the characters of the teleservice. Invalid `traits`, one issue a trait: `insi-characters`, `sex`."""
    try:
        birth_name = insi_form(asked.birth_name)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where="birth_name") from None
    try:
        given = tuple(insi_form(name) for name in asked.given_names)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where="given_names") from None
    if not given:
        raise Invalid("name-empty", "Indiquez le premier prénom de naissance.", where="given_names")
    if asked.sex not in ("M", "F"):
        raise Invalid("sex", "Le téléservice INSi n’accepte que les sexes féminin et masculin.", where="sex")
    return Asked(birth_name, given, asked.sex, asked.birth_date, asked.birthplace_cog)


def search(asked: Asked, given: tuple[str, ...], birthplace_cog: str, caller: Caller, message_id: str, at: datetime) -> bytes:
    """The envelope of one search by traits; an empty place is not told."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    header = etree.SubElement(root, f"{{{SOAP}}}Header")
    context = etree.SubElement(header, f"{{{BAM}}}ContexteBAM", {"Version": "01_02"}, nsmap={None: BAM})
    _context(context, BAM, caller, message_id, at)
    software = etree.SubElement(header, f"{{{LPS}}}ContexteLPS", {"Nature": "CTXLPS", "Version": "01_00"}, nsmap={None: LPS})
    _context(software, LPS, caller, message_id, at)
    lps = etree.SubElement(software, f"{{{LPS}}}LPS")
    _add(lps, LPS, "IDAM", caller.idam).set("R", "4")
    for name, value in (("Version", caller.version), ("Instance", caller.instance), ("Nom", caller.name)):
        _add(lps, LPS, name, value)
    etree.SubElement(header, f"{{{ADDRESSING}}}Action", nsmap={None: ADDRESSING}).text = BY_TRAITS
    etree.SubElement(header, f"{{{ADDRESSING}}}MessageID", nsmap={None: ADDRESSING}).text = f"urn:uuid:{message_id}"
    call = etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Body"), f"{{{SEARCH}}}RECSANSVITALE", nsmap={None: SEARCH})
    _add(call, SEARCH, "NomNaissance", asked.birth_name)
    for name in given:
        _add(call, SEARCH, "Prenom", name)
    _add(call, SEARCH, "Sexe", asked.sex)
    _add(call, SEARCH, "DateNaissance", asked.birth_date.isoformat())
    if birthplace_cog:
        _add(call, SEARCH, "LieuNaissance", birthplace_cog)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _context(parent: etree._Element, namespace: str, caller: Caller, message_id: str, at: datetime) -> None:
    for name, value in (
        ("Id", message_id),
        ("Temps", at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")),
        ("Emetteur", caller.sender),
    ):
        _add(parent, namespace, name, value)


def _add(parent: etree._Element, namespace: str, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = text
    return child


def answer(content: bytes) -> Answer:
    """What an envelope answers. Unavailable `insi-refus` for a fault, `insi-reponse` for whatever is no whole answer. No DTD, no
    entity, no network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _unreadable() from None
    if root.getroottree().docinfo.doctype or root.tag != f"{{{SOAP}}}Envelope":
        raise _unreadable()
    body = root.find(f"{{{SOAP}}}Body")
    if body is None:
        raise _unreadable()
    if body.find(f"{{{SOAP}}}Fault") is not None:
        raise Unavailable("insi-refus", SILENT)
    result = body.find("{*}RESULTAT")
    code = _text(result, "{*}CR/{*}CodeCR") if result is not None else ""
    if result is not None and code == FOUND:
        return Answer(code, _found(result))
    if code not in (NOBODY, SEVERAL):
        raise _unreadable()
    return Answer(code)


def _found(result: etree._Element) -> Found:
    person = result.find("{*}INDIVIDU")
    active = person.find("{*}INSACTIF") if person is not None else None
    traits = person.find("{*}TIQ") if person is not None else None
    if person is None or active is None or traits is None:
        raise _unreadable()
    try:
        return Found(
            _ins(active),
            Traits(
                birth_name=stored_name(_text(traits, "{*}NomNaissance")),
                given_names=stored_name(_text(traits, "{*}ListePrenom")),
                birth_date=parse_birth_date(_text(traits, "{*}DateNaissance")).value,
                sex=_text(traits, "{*}Sexe"),
                birthplace_cog=_text(traits, "{*}LieuNaissance"),
            ),
            tuple(_ins(former) for former in person.findall("{*}INSHISTO")),
        )
    except Invalid:
        raise _unreadable() from None


def _ins(element: etree._Element) -> Ins:
    number = _text(element, "{*}IdIndividu/{*}NumIdentifiant") + _text(element, "{*}IdIndividu/{*}Cle")
    return parse_ins(number, _text(element, "{*}OID"))


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _unreadable() -> Unavailable:
    return Unavailable("insi-reponse", UNREADABLE)
