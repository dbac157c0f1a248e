"""Bytes of an XML file -> the `ClinicalDocument` element inside, or `Invalid` with a code `xml-…` or `not-cda`.

Nothing outside the bytes is ever read and no stylesheet is ever run. The file is decoded here, by us, so that no
encoding can hide a document type declaration from the scan of the prolog; without one there is no entity to expand.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

from lxml import etree

from socle.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 100
MAX_MARKS = 400_000
"""Bound of `<` and of `=` in a file: each element or attribute costs the parser about a hundred bytes of memory."""

HL7 = "{urn:hl7-org:v3}"
CLINICAL_DOCUMENT = HL7 + "ClinicalDocument"
_STYLESHEETS = frozenset({"{http://www.w3.org/1999/XSL/Transform}stylesheet", "{http://www.w3.org/1999/XSL/Transform}transform"})

_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
}
_DECLARATION = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION_TEXT = re.compile(r"<\?xml\s[^>]{0,300}\?>")
_BEFORE_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")

_SENTENCES = {
    "xml-empty": "Le document est vide.",
    "xml-size": "Le document dépasse la taille acceptée (20 Mo).",
    "xml-encoding": "L’encodage des caractères du document n’est pas accepté ou n’est pas respecté.",
    "xml-doctype": "Le document contient une déclaration de type ou d’entité (DOCTYPE), ce qui n’est pas accepté.",
    "xml-malformed": "Le document n’est pas du XML bien formé.",
    "xml-depth": "Le document imbrique trop d’éléments les uns dans les autres.",
    "not-cda": "Le fichier n’est pas un document CDA.",
}


def refusal(code: str) -> Invalid:
    """The error of that code, with its French sentence; it quotes nothing of the document."""
    return Invalid(code, _SENTENCES[code])


def root_element(content: bytes) -> etree._Element:
    """The root of the XML file in `content`, whatever it is named; comments and processing instructions are left out.

    Raises `Invalid`: `xml-empty`, `xml-size`, `xml-encoding`, `xml-doctype`, `xml-malformed`, `xml-depth`.
    """
    root = _parsed(_decoded(content))
    if _TOO_DEEP(root):
        raise refusal("xml-depth")
    return root


def clinical_document(content: bytes) -> etree._Element:
    """The one `ClinicalDocument` of `content`: the root, or the only one inside a self-presenting `xsl:stylesheet`.

    Raises `Invalid` with a code of `root_element`, or `not-cda`.
    """
    root = root_element(content)
    if root.tag == CLINICAL_DOCUMENT:
        return root
    if root.tag not in _STYLESHEETS:
        raise refusal("not-cda")
    found = list(root.iter(CLINICAL_DOCUMENT))
    if len(found) != 1:
        raise refusal("not-cda")
    return found[0]


def _decoded(content: bytes) -> str:
    if not content:
        raise refusal("xml-empty")
    if len(content) > MAX_BYTES:
        raise refusal("xml-size")
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError:
        raise refusal("xml-encoding") from None
    return text.removeprefix("\ufeff")


def _encoding(content: bytes) -> str:
    """The encoding to decode by; a byte-order mark wins over the declaration, as in XML 1.0 appendix F."""
    if content.startswith((BOM_UTF32_LE, BOM_UTF32_BE)):
        raise refusal("xml-encoding")
    if content.startswith(BOM_UTF8):
        return "utf-8"
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if content.startswith(b"<\x00"):
        return "utf-16-le"
    if content.startswith(b"\x00<"):
        return "utf-16-be"
    declared = _DECLARATION.match(content)
    if declared is None:
        return "utf-8"
    encoding = _ENCODINGS.get(declared[1].decode("ascii").lower())
    if encoding is None or encoding.startswith("utf-16"):  # the bytes read so far are not UTF-16
        raise refusal("xml-encoding")
    return encoding


def _parsed(text: str) -> etree._Element:
    declaration = _DECLARATION_TEXT.match(text)
    body = text[declaration.end() :] if declaration else text
    prolog = _BEFORE_ROOT.match(body)
    if prolog is not None and body.startswith("<!", prolog.end()):
        raise refusal("xml-doctype")
    if text.count("<") > MAX_MARKS or text.count("=") > MAX_MARKS:
        raise refusal("xml-size")
    try:
        # a parser of its own each time: one that is shared would make threads wait for each other
        return etree.fromstring(body.encode("utf-8"), _parser())
    except etree.XMLSyntaxError as error:
        deep = "depth" in (error.msg or "").lower()  # the parser stops by itself long after our own bound
        raise refusal("xml-depth" if deep else "xml-malformed") from None
    except (UnicodeEncodeError, ValueError):  # lone surrogates, NUL
        raise refusal("xml-malformed") from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=True,  # a PDF of more than 10 MB is one text node; size, depth and marks are bounded above
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=False,
        collect_ids=False,
    )
