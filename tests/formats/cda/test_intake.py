"""What may come in, and what is refused at the door: each refusal beside the nearest thing that is accepted."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import cda
from socle.formats.cda import intake

SAMPLES = Path(__file__).parent / "samples"
OPEN = '<ClinicalDocument xmlns="urn:hl7-org:v3">'
CLOSE = "</ClinicalDocument>"
MINIMAL = OPEN + "<title>Compte rendu</title>" + CLOSE


COSTLIEST = f"""
import resource, sys, time
from socle.formats import cda
made = {{
    "elements": lambda n: "<a/>" * n,
    "attributes": lambda n: "<a " + " ".join(f'a{{i}}=""' for i in range(n)) + "/>",
    "namespaces": lambda n: "<a " + " ".join(f'xmlns:a{{i}}="u{{i}}"' for i in range(n)) + "/>",
}}[sys.argv[1]]
content = ('{OPEN}' + made({intake.MAX_MARKS - 10}) + '{CLOSE}').encode()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
cda.parse(content)
print(time.process_time() - started, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def code_of(content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        cda.parse(content)
    return caught.value.code


def outcome_of(content: bytes) -> str:
    try:
        cda.parse(content)
    except Invalid as refusal:
        return refusal.code
    return "document"


def title_of(content: bytes) -> str:
    return cda.parse(content).header.title


def nested(depth: int) -> bytes:
    """`depth` elements one in the other, the root included."""
    return (OPEN + "<a>" * (depth - 1) + "</a>" * (depth - 1) + CLOSE).encode()


class TestDeclarations:
    @pytest.mark.parametrize(
        "prolog",
        [
            "<!DOCTYPE a>",
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]>',
            "<!-- a comment --><?a target?>\n<!DOCTYPE a>",
            "\n\n<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'>",
            "<!ENTITY x 'y'>",
            "<!ELEMENT a ANY>",
        ],
    )
    def test_refused_wherever_they_stand(self, prolog):
        assert code_of((prolog + MINIMAL).encode()) == "xml-doctype"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-15"])
    def test_refused_whatever_the_encoding(self, encoding):
        declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-le").removesuffix("-be")}"?>'
        assert code_of((declared + "<!DOCTYPE a>" + MINIMAL).encode(encoding)) == "xml-doctype"
        assert title_of((declared + MINIMAL).encode(encoding)) == "Compte rendu"

    def test_the_word_is_harmless_elsewhere(self):
        inside = "<!-- <!DOCTYPE a> -->" + OPEN + "<title><![CDATA[<!DOCTYPE a>]]></title>" + CLOSE
        assert title_of(inside.encode()) == "<!DOCTYPE a>"
        assert code_of(MINIMAL.replace("<title>", "<!DOCTYPE a><title>").encode()) == "xml-malformed"

    def test_an_entity_that_nobody_declared(self):
        assert code_of(MINIMAL.replace("Compte", "&compte;").encode()) == "xml-malformed"
        assert title_of(MINIMAL.replace("Compte", "&amp;&#233;").encode()) == "&é rendu"


class TestBounds:
    def test_depth(self):
        assert cda.parse(nested(intake.MAX_DEPTH)).level == 1
        assert code_of(nested(intake.MAX_DEPTH + 1)) == "xml-depth"
        assert code_of((OPEN + "<a>" * 300_000).encode()) == "xml-depth"

    def test_size(self):
        room = intake.MAX_BYTES - len(MINIMAL)
        full = MINIMAL.replace("rendu", "rendu" + " " * room).encode()
        assert len(full) == intake.MAX_BYTES
        assert title_of(full) == "Compte rendu"
        assert code_of(full + b" ") == "xml-size"
        assert code_of(b"") == "xml-empty"

    @pytest.mark.parametrize("filler", ["<a/>", '<a b="c"/>', "<!---->"])
    def test_number_of_elements_and_attributes(self, filler):
        assert code_of((OPEN + filler * intake.MAX_MARKS + CLOSE).encode()) == "xml-size"
        assert cda.parse((OPEN + filler * 1000 + CLOSE).encode()).level == 1

    @pytest.mark.parametrize("kind", ["elements", "attributes", "namespaces"])
    def test_the_costliest_files_stay_cheap(self, kind):
        """In a process of its own, whose peak memory is that of this one file (the parser's memory is not Python's)."""
        measured = subprocess.run(
            [sys.executable, "-c", COSTLIEST, kind], capture_output=True, text=True, check=True, timeout=60
        ).stdout.split()
        seconds, megabytes = float(measured[0]), float(measured[1])
        assert seconds < 2
        assert megabytes < 150


class TestEncodings:
    def test_accepted(self):
        for encoding in ("utf-8", "utf-8-sig", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"):
            name = encoding.removesuffix("-sig")
            text = f'<?xml version="1.0" encoding="{name}"?>' + MINIMAL.replace("Compte", "Contrôlé")
            assert title_of(text.encode(encoding)) == "Contrôlé rendu"
        assert title_of(MINIMAL.replace("Compte", "Contrôlé").encode()) == "Contrôlé rendu"

    @pytest.mark.parametrize(
        "content",
        [
            b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-',
            MINIMAL.encode("utf-32"),
            MINIMAL.replace("Compte", "Contrôlé").encode("iso-8859-1"),
            ('<?xml version="1.0" encoding="ascii"?>' + MINIMAL.replace("Compte", "Contrôlé")).encode(),
            ('<?xml version="1.0" encoding="utf-16"?>' + MINIMAL).encode(),
            ('<?xml version="1.0" encoding="ebcdic-cp-fr"?>' + MINIMAL).encode(),
        ],
    )
    def test_refused(self, content):
        assert code_of(content) == "xml-encoding"


class TestWhatIsInside:
    @pytest.mark.parametrize(
        "text",
        [
            "<Bundle xmlns='http://hl7.org/fhir'/>",
            "<ClinicalDocument/>",
            "<wrapper>" + MINIMAL + "</wrapper>",
            "<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>",
            "<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>" + MINIMAL * 2 + "</xsl:stylesheet>",
        ],
    )
    def test_not_one_cda_document(self, text):
        assert code_of(text.encode()) == "not-cda"

    @pytest.mark.parametrize("text", ["texte", "<a", "<a></b>", "\x00", "<a>\x00</a>", "<a>&#xD800;</a>", "MSH|^~\\&|"])
    def test_not_xml(self, text):
        assert code_of(text.encode()) == "xml-malformed"

    def test_self_presenting(self):
        text = (
            '<?xml-stylesheet type="text/xsl" href="#"?>'
            '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
            f"<d xmlns='urn:x'>{MINIMAL}</d><xsl:template match='/'><script>fin</script></xsl:template></xsl:stylesheet>"
        )
        document = cda.parse(text.encode())
        assert document.self_presenting
        assert document.header.title == "Compte rendu"
        assert not cda.parse(MINIMAL.encode()).self_presenting

    def test_refusals_speak_french_and_quote_nothing(self):
        for content in (b"secret", b"<secret/>", b"<!DOCTYPE secret>", b"", nested(200)):
            with pytest.raises(Invalid) as caught:
                cda.parse(content)
            assert "secret" not in str(caught.value) + caught.value.sentence
            assert caught.value.sentence.startswith(("Le ", "L’"))
            assert [issue.code for issue in caught.value.issues] == [caught.value.code]


def test_nothing_outside_is_read(tmp_path):
    """Neither a host named by the document nor a file: an open socket sees no connection, a marked file does not show."""
    marked = tmp_path / "marque.xml"
    marked.write_text("<title xmlns='urn:hl7-org:v3'>marque lue</title>", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        included = (
            f'<?xml-stylesheet type="text/xsl" href="{address}"?><ClinicalDocument xmlns="urn:hl7-org:v3"'
            f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:hl7-org:v3 {address}">'
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{marked.as_uri()}"/>'
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}" parse="text"/></ClinicalDocument>'
        )
        document = cda.parse(included.encode())
        assert document.header.title == ""
        assert "marque" not in "".join(document.root.itertext())
        assert code_of(f'<!DOCTYPE a SYSTEM "{address}">{MINIMAL}'.encode()) == "xml-doctype"
        assert code_of(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{marked.as_uri()}">]>{MINIMAL}'.encode()) == "xml-doctype"
        with pytest.raises(BlockingIOError):
            server.accept()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_invalid(content):
    outcome = outcome_of(content)
    assert outcome in {"document", "not-cda"} or outcome.startswith("xml-")
