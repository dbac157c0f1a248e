"""INSi over real sockets: search by traits and by card, verification, and what a wrong or hostile message gets."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import httpx
import pytest
from lxml import etree

from tests.corpora import shared
from tests.simulators.conftest import Running

SERVICE = "urn:ServiceIdentiteCertifiee:1.0.0:"
BY_TRAITS = SERVICE + "rechercherInsAvecTraitsIdentite"
NAMES = {"s": "http://www.w3.org/2003/05/soap-envelope", "r": "http://www.cnamts.fr/INSiResultat", "siram": "urn:siram"}
TEST_OID = "1.2.250.1.213.1.4.10"

CONTEXT = """<b:ContexteBAM xmlns:b="urn:siram:bam:ctxbam" Version="01_02"><b:Id>c1</b:Id><b:Temps>2026-01-05T10:00:00Z</b:Temps>
<b:Emetteur>899700900013</b:Emetteur><b:COUVERTURE>{card}</b:COUVERTURE></b:ContexteBAM>
<l:ContexteLPS xmlns:l="urn:siram:lps:ctxlps" Version="01_00">
<l:Id>c2</l:Id><l:Temps>2026-01-05T10:00:00Z</l:Temps>
<l:Emetteur>899700900013</l:Emetteur><l:LPS><l:IDAM R="4">XX0000000000</l:IDAM><l:Version>1</l:Version><l:Instance>i</l:Instance>
<l:Nom>essai</l:Nom></l:LPS></l:ContexteLPS>"""


def envelope(body: str, action: str = BY_TRAITS, card: str = "", context: str = CONTEXT) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing">'
        f"<soap:Header><wsa:Action>{action}</wsa:Action><wsa:MessageID>uuid:m1</wsa:MessageID>{context.format(card=card)}"
        f"</soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
    )


def traits(*names: str, sex: str, born: str, place: str = "", element: str = "RECSANSVITALE", ins: str = "") -> str:
    """`names`: birth name, then first names."""
    namespace = "http://www.cnamts.fr/INSiRecSans" if element == "RECSANSVITALE" else "http://www.cnamts.fr/INSiVerif"
    given = "".join(f"<Prenom>{escape(name)}</Prenom>" for name in names[1:])
    where = f"<LieuNaissance>{place}</LieuNaissance>" if place else ""
    return (
        f'<{element} xmlns="{namespace}">{ins}<NomNaissance>{escape(names[0])}</NomNaissance>{given}<Sexe>{sex}</Sexe>'
        f"<DateNaissance>{born}</DateNaissance>{where}</{element}>"
    )


def post(running: Running, content: str | bytes, content_type: str = "application/soap+xml; charset=utf-8") -> httpx.Response:
    return httpx.post(
        running.endpoints["insi"],
        content=content.encode() if isinstance(content, str) else content,
        headers={"Content-Type": content_type},
        auth=("socle-insi", running.secret("socle-insi")),
        trust_env=False,
    )


def result(running: Running, content: str) -> etree._Element:
    response = post(running, content)
    assert response.status_code == 200, response.text
    found = etree.fromstring(response.content).find("s:Body/r:RESULTAT", NAMES)
    assert found is not None
    return found


def code(running: Running, *names: str, sex: str, born: str, place: str = "") -> str:
    answered = result(running, envelope(traits(*names, sex=sex, born=born, place=place)))
    told = str(answered.findtext("r:CR/r:CodeCR", "", NAMES))
    assert (answered.find("r:INDIVIDU", NAMES) is not None) == (told == "00")
    return told


def fault(running: Running, content: str | bytes, **more: Any) -> tuple[int, str, str]:
    """(HTTP status, role, code of the error)."""
    response = post(running, content, **more)
    found = etree.fromstring(response.content).find("s:Body/s:Fault", NAMES)
    assert found is not None, response.text
    erreur = found.find("s:Detail/siram:Erreur", NAMES)
    assert erreur is not None
    return response.status_code, str(found.findtext("s:Code/s:Value", "", NAMES)).partition(":")[2], erreur.get("code", "")


def test_one_identity_is_given_whole(running: Running) -> None:
    content = envelope(traits("ADRUN", "ZOE", sex="F", born="1975-12-31"))
    response = etree.fromstring(post(running, content).content)
    assert response.findtext("s:Header/{http://www.w3.org/2005/08/addressing}RelatesTo", "", NAMES) == "uuid:m1"
    answered = result(running, content)
    assert answered.findtext("r:CR/r:LibelleCR", "", NAMES) == "OK"
    person = answered.find("r:INDIVIDU", NAMES)
    assert person is not None
    assert [(etree.QName(element).localname, (element.text or "").strip()) for element in person.iter() if not len(element)] == [
        ("NumIdentifiant", "2751263220749"),
        ("Cle", "74"),
        ("OID", TEST_OID),
        ("NomNaissance", "ADRUN"),
        ("ListePrenom", "ZOE"),
        ("Sexe", "F"),
        ("DateNaissance", "1975-12-31"),
        ("LieuNaissance", "63220"),
    ]


def test_the_history_is_told(running: Running) -> None:
    answered = result(running, envelope(traits("ECETINSI", "PIERRE-ALAIN", sex="M", born="2009-07-14")))
    former = answered.findall("r:INDIVIDU/r:INSHISTO", NAMES)
    number, key = "r:IdIndividu/r:NumIdentifiant", "r:IdIndividu/r:Cle"
    assert [str(entry.findtext(number, "", NAMES)) + str(entry.findtext(key, "", NAMES)) for entry in former] == [
        "209076322083439",
        "209066322012355",
    ]
    assert [entry.findtext("r:DateFin", None, NAMES) for entry in former] == ["2019-02-28", None]


@pytest.mark.parametrize(
    ("names", "sex", "born", "place", "expected"),
    [
        (("TCHITCHI", "OLA"), "F", "1936-06-21", "", "01"),
        (("TCHITCHI", "CATARINA"), "F", "1936-06-21", "", "00"),
        (("TCHITCHI", "BELLA"), "F", "1936-06-21", "", "00"),
        (("TCHITCHI", "CATARINA", "BELLA"), "F", "1936-06-21", "", "00"),
        (("TCHITCHI", "CAT"), "F", "1936-06-21", "", "01"),
        (("HOUILLES", "PIERRE"), "M", "1980-01-01", "", "01"),
        (("PAT-TROIS", "DOMINIQUE"), "F", "1979-03-28", "", "00"),
        (("PAT TROIS", "DOMINIQUE"), "F", "1979-03-28", "", "01"),
        (("ECETINSI", "PIERRE ALAIN"), "M", "2009-07-14", "", "01"),
        (("D'ARTAGNAN DE L'HERAULT", "PIERRE-ALAIN"), "M", "2001-06-17", "", "00"),
        (("ADRUN", "ZOE"), "M", "1975-12-31", "", "01"),
        (("ADRUN", "ZOE"), "F", "1975-12-30", "", "01"),
        (("CORSE", "ANTHONY"), "M", "1980-03-02", "2B020", "00"),
        (("CORSE", "ANTHONY"), "M", "1980-03-02", "20020", "01"),
        (("DOUBLON", "CAMILLE"), "F", "1980-05-05", "", "02"),
        (("DOUBLON", "CAMILLE"), "F", "1980-05-05", "63113", "00"),
        (("DOUBLON", "CAMILLE", "LOUISE"), "F", "1980-05-05", "", "00"),
        (("PUYSEGOND", "MARGUERITE"), "F", "1957-09-08", "20004", "00"),
        (("BENSALEM", "AHMED"), "M", "1961-07-14", "", "00"),
        (("BENSALEM", "AHMED"), "M", "1961-04-17", "", "00"),
        (("MOREL-KANTE", "LEO"), "M", "2021-09-12", "", "00"),
    ],
)
def test_traits_are_compared_strictly(
    running: Running, names: tuple[str, ...], sex: str, born: str, place: str, expected: str
) -> None:
    assert code(running, *names, sex=sex, born=born, place=place) == expected


def test_a_number_with_a_wrong_key_is_given_as_it_is(running: Running) -> None:
    answered = result(running, envelope(traits("HERMANN", "GATIEN", sex="M", born="1981-03-24")))
    assert answered.findtext("r:INDIVIDU/r:INSACTIF/r:IdIndividu/r:Cle", "", NAMES) == "60"


def test_a_card_finds_its_beneficiary_only_by_a_number_of_his_own(running: Running) -> None:
    value = running.people["karim-belhadri"]["ins"]["value"]
    body = '<RECVITALE xmlns="http://www.cnamts.fr/INSiRecVit"/>'
    action = SERVICE + "rechercherInsAvecCarteVitale"

    def told(nir: str, born: str) -> str:
        own = f"<b:Nir><b:Num>{nir}</b:Num></b:Nir>" if nir else ""
        insured = f"<b:ASSURE><b:Id><b:Num>{value}</b:Num></b:Id></b:ASSURE>"
        card = f"{insured}<b:BENEFICIAIRE>{own}<b:DateNai>{born}</b:DateNai><b:Rang>1</b:Rang></b:BENEFICIAIRE>"
        return str(result(running, envelope(body, action, card)).findtext("r:CR/r:CodeCR", "", NAMES))

    assert told(value, "19871104") == told(value[:13], "1987-11-04") == "00"
    assert told(value, "19871105") == told("", "19871104") == told("199999999999999", "19871104") == "01"


def test_an_ins_is_verified_with_its_traits(running: Running) -> None:
    action = SERVICE + "verifierIns"
    value = running.people["therese-duvallois"]["ins"]["value"]

    def told(value: str, oid: str = TEST_OID, name: str = "DUVALLOIS") -> str:
        ins = f"<NumIdentifiant>{value[:13]}</NumIdentifiant><Cle>{value[13:]}</Cle><OID>{oid}</OID>"
        body = traits(name, "THERESE", sex="F", born="1960-01-27", element="VERIFINS", ins=ins)
        return str(result(running, envelope(body, action)).findtext("r:CR/r:CodeCR", "", NAMES))

    assert told(value) == "00"
    assert told(value[:13] + f"{int(value[13:]) % 97 + 1:02d}") == "01"
    assert told(value, oid="1.2.250.1.213.1.4.8") == "01"
    assert told(value, name="DUVAL") == "01"


def test_the_caller_proves_itself(running: Running) -> None:
    content = envelope(traits("ADRUN", "ZOE", sex="F", born="1975-12-31"))
    for auth in (None, ("socle-insi", "faux"), ("socle-patients", running.secret("socle-patients"))):
        assert httpx.post(running.endpoints["insi"], content=content, auth=auth, trust_env=False).status_code == 401
    assert httpx.get(running.endpoints["insi"], trust_env=False).status_code == 405


GOOD = traits("ADRUN", "ZOE", sex="F", born="1975-12-31")
FORMAT = (400, "Sender", "simulateur_format")
MESSAGE = (400, "Sender", "simulateur_message")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (envelope(traits("D'AEION", "COEUR", sex="M", born="1987-01-25")), (500, "Receiver", "insi_102")),
        (envelope(traits("D'AEION", "CŒUR", sex="M", born="1987-01-25")), FORMAT),
        (envelope(traits("Adrun", "ZOE", sex="F", born="1975-12-31")), FORMAT),
        (envelope(traits("ADRUN", sex="F", born="1975-12-31")), FORMAT),
        (envelope(traits("ADRUN", "ZOE", sex="I", born="1975-12-31")), FORMAT),
        (envelope(traits("ADRUN", "ZOE", sex="F", born="1975-02-30")), FORMAT),
        (envelope(traits("ADRUN", "ZOE", sex="F", born="١٩٧٥-12-31")), FORMAT),
        (envelope(traits("ADRUN", "ZOE", sex="F", born="1975-12-31", place="6322")), FORMAT),
        (envelope(GOOD, action=SERVICE + "inconnue"), MESSAGE),
        (envelope(GOOD, action=SERVICE + "rechercherInsAvecCarteVitale"), MESSAGE),
        (envelope(GOOD, context=""), MESSAGE),
        (envelope(GOOD + GOOD), MESSAGE),
        (envelope(""), MESSAGE),
        (
            envelope(GOOD).replace("2003/05/soap-envelope", "2001/12/soap-envelope"),
            (400, "VersionMismatch", "simulateur_message"),
        ),
        (envelope(GOOD)[:-10], MESSAGE),
        ("", MESSAGE),
        (b"\xff\xfe\x00", MESSAGE),
        ("x" * 2_000_000, MESSAGE),
        (envelope("<a>" * 3000 + "</a>" * 3000), MESSAGE),
    ],
    ids=lambda value: None if isinstance(value, tuple) else str(len(value)),
)
def test_a_wrong_message_gets_a_fault(running: Running, content: str | bytes, expected: tuple[int, str, str]) -> None:
    assert fault(running, content) == expected


def test_another_content_type_gets_a_fault(running: Running) -> None:
    assert fault(running, envelope(GOOD), content_type="text/xml") == MESSAGE


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE x [" + '<!ENTITY a0 "haha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>",
    ],
    ids=["bare", "file", "network", "expansion"],
)
def test_a_dtd_is_refused(running: Running, declaration: str) -> None:
    start, end = envelope(traits("&e;", "ZOE", sex="F", born="1975-12-31").replace("&amp;e;", "&a11;")).split("?>", 1)
    assert fault(running, start + "?>" + declaration + end) == MESSAGE


def test_the_hostile_corpus_gets_faults(running: Running) -> None:
    files = sorted(path for path in shared("corpora/security").rglob("*.xml") if path.stat().st_size < 5_000_000)
    assert files
    for path in files:
        status, role, _ = fault(running, path.read_bytes())
        assert (status, role) in ((400, "Sender"), (400, "VersionMismatch")), path.name
    assert code(running, "ADRUN", "ZOE", sex="F", born="1975-12-31") == "00"
