"""What each operation answers. One table: action, element of the body, function."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from lxml import etree

from simulators.insi import soap
from simulators.insi.register import Register, Registered, Traits

_SERVICE: Final = "urn:ServiceIdentiteCertifiee:1.0.0:"
BY_TRAITS: Final = _SERVICE + "rechercherInsAvecTraitsIdentite"
BY_CARD: Final = _SERVICE + "rechercherInsAvecCarteVitale"
VERIFY: Final = _SERVICE + "verifierIns"
"""Ours: the name of the real operation (INS3) is not published."""

SEARCH: Final = "http://www.cnamts.fr/INSiRecSans"
CARD: Final = "http://www.cnamts.fr/INSiRecVit"
VERIFICATION: Final = "http://www.cnamts.fr/INSiVerif"
RESULT: Final = "http://www.cnamts.fr/INSiResultat"

_LABELS = {"00": "OK", "01": "Aucune identite trouvee", "02": "Plusieurs identites trouvees"}
_NAME = re.compile(r"[A-Z](?:[A-Z '-]*[A-Z'])?")
_PLACE = re.compile(r"\d[0-9AB]\d{3}", re.ASCII)
_NUMBER = re.compile(r"\d{5}[0-9AB]{2}\d{6}(?:\d{2})?", re.ASCII)
_UNREACHABLE = (("D'AEION", "COEUR"),)
"""Published test calls that the real service answers by a technical fault: they let a client show what it then does."""


def answer(call: soap.Call, register: Register) -> bytes:
    """The envelope that answers a call. Fault when it cannot be understood."""
    known = _OPERATIONS.get(call.action)
    if known is None:
        raise soap.malformed("L’action demandée n’est pas connue.")
    element, respond = known
    if call.body.tag != element:
        raise soap.malformed("Le corps du message n’est pas celui de l’action demandée.")
    return soap.envelope(call.action + "Reponse", call.message_id, respond(call, register))


def _by_traits(call: soap.Call, register: Register) -> etree._Element:
    traits = _traits(call.body, SEARCH)
    if (traits.birth_name, traits.given[0]) in _UNREACHABLE:
        sentence = "Le service est temporairement inaccessible. Veuillez renouveler votre demande ultérieurement."
        raise soap.Fault("Receiver", "siram_40", "insi_102", sentence)
    return _result(register.by_traits(traits))


def _by_card(call: soap.Call, register: Register) -> etree._Element:
    """What a card carries travels in ContexteBAM. Without a number of his own, the beneficiary is not found: the number of the
    insured person is somebody else's identity (PAM 6.6.1)."""
    holder = "bam:ContexteBAM/bam:COUVERTURE/bam:BENEFICIAIRE/bam:"
    number = soap.text(call.header, holder + "Nir/bam:Num")
    if not number:
        return _result([])
    if not _NUMBER.fullmatch(number):
        raise soap.wrong("Nir")
    return _result(register.by_number(number, soap.day(soap.text(call.header, holder + "DateNai"), "DateNai")))


def _verify(call: soap.Call, register: Register) -> etree._Element:
    """Code 00: the INS is in use and these are its traits; 01: it is not, or they are not. Elements are ours: those of the search
    after NumIdentifiant, Cle and OID."""
    names = {"v": VERIFICATION}
    number, key, oid = (soap.text(call.body, "v:" + name, names) for name in ("NumIdentifiant", "Cle", "OID"))
    if not _NUMBER.fullmatch(number + key) or len(number) != 13:
        raise soap.wrong("NumIdentifiant")
    found = register.verifies(number + key, oid, _traits(call.body, VERIFICATION))
    return _report("00" if found else "01")


_OPERATIONS: dict[str, tuple[str, Callable[[soap.Call, Register], etree._Element]]] = {
    BY_TRAITS: (f"{{{SEARCH}}}RECSANSVITALE", _by_traits),
    BY_CARD: (f"{{{CARD}}}RECVITALE", _by_card),
    VERIFY: (f"{{{VERIFICATION}}}VERIFINS", _verify),
}


def _traits(body: etree._Element, namespace: str) -> Traits:
    names = {"t": namespace}
    birth_name, sex, place = (soap.text(body, "t:" + name, names) for name in ("NomNaissance", "Sexe", "LieuNaissance"))
    given = soap.texts(body, "t:Prenom", names)
    if not _NAME.fullmatch(birth_name):
        raise soap.wrong("NomNaissance")
    if not given or not all(_NAME.fullmatch(name) for name in given):
        raise soap.wrong("Prenom")
    if sex not in ("M", "F"):
        raise soap.wrong("Sexe")
    if place and not _PLACE.fullmatch(place):
        raise soap.wrong("LieuNaissance")
    return Traits(birth_name, given, sex, soap.day(soap.text(body, "t:DateNaissance", names), "DateNaissance"), place)


def _report(code: str) -> etree._Element:
    result = etree.Element(f"{{{RESULT}}}RESULTAT", nsmap={None: RESULT})
    report = _add(result, "CR")
    _add(report, "CodeCR", code)
    _add(report, "LibelleCR", _LABELS[code])
    return result


def _result(found: Sequence[Registered]) -> etree._Element:
    if len(found) != 1:
        return _report("02" if found else "01")
    (identity,) = found
    result = _report("00")
    person = _add(result, "INDIVIDU")
    _ins(_add(person, "INSACTIF"), identity.ins.value, identity.ins.oid)
    for former in identity.ins.history:
        entry = _add(person, "INSHISTO")
        if former.since:
            _add(entry, "DateDeb", former.since)
        if former.until:
            _add(entry, "DateFin", former.until)
        _ins(entry, former.value, former.oid)
    traits = _add(person, "TIQ")
    _add(traits, "NomNaissance", identity.birth_name)
    _add(traits, "ListePrenom", " ".join(identity.given_names))
    _add(traits, "Sexe", identity.sex)
    _add(traits, "DateNaissance", identity.birth_date.isoformat())
    _add(traits, "LieuNaissance", identity.birthplace)
    return result


def _ins(parent: etree._Element, value: str, oid: str) -> None:
    number = _add(parent, "IdIndividu")
    _add(number, "NumIdentifiant", value[:13])
    _add(number, "Cle", value[13:])
    _add(parent, "OID", oid)


def _add(parent: etree._Element, name: str, content: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{RESULT}}}{name}")
    child.text = content
    return child
