"""Submission sets -> `IHE_XDM.zip`, the same bytes each time.

INDEX.HTM, README.TXT, then one IHE_XDM/SUBSETnn a set: METADATA.XML and the documents. Nothing about the person is in a name or
in the two files for people.

Source: IHE ITI TF-2 §3.32.4.1.2 (structure, 8.3 names, README in ASCII with CRLF).
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from html import escape

from socle.errors import Invalid
from socle.formats.xdm.metadata_writing import write_metadata
from socle.formats.xdm.values import CDA_MEDIA_TYPES, Submission
from socle.formats.xdm.writing_rules import WRONG, check

ARCHIVE_NAME = "IHE_XDM.zip"
ARCHIVE_MEDIA_TYPE = "application/zip"
_EXTENSIONS = {"application/pdf": "PDF", "text/plain": "TXT", "image/jpeg": "JPG", "image/png": "PNG"}
_MOST_SETS = 99


@dataclass(frozen=True, slots=True)
class Sender:
    """Who made the archive, for people: a structure and its software. Nothing here is read back."""

    institution: str = ""
    institution_id: str = ""
    contact: str = ""
    software: str = "socle"
    version: str = ""


def document_uri(rank: int, media_type: str) -> str:
    """The name of the document of that rank, from 1: `DOC00001.XML`."""
    return f"DOC{rank:05d}.{'XML' if media_type in CDA_MEDIA_TYPES else _EXTENSIONS.get(media_type, 'BIN')}"


def write(*submissions: Submission, sender: Sender = Sender()) -> bytes:
    """The archive; `read` gives the same submissions back. Raises Invalid `xdm-submission`, one issue an attribute to mend."""
    if not 1 <= len(submissions) <= _MOST_SETS or _doubled(submissions):
        raise Invalid("xdm-submission", WRONG, where="SubmissionSet")
    for submission in submissions:
        check(submission)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        _store(archive, "INDEX.HTM", _index(submissions, sender))
        _store(archive, "README.TXT", _readme(sender))
        for rank, submission in enumerate(submissions, 1):
            folder = f"IHE_XDM/SUBSET{rank:02d}/"
            _store(archive, folder + "METADATA.XML", write_metadata(submission))
            for document in submission.documents:
                _store(archive, folder + document.uri, document.content)
    return target.getvalue()


def _doubled(submissions: tuple[Submission, ...]) -> bool:
    ids = [document.unique_id for submission in submissions for document in submission.documents]
    sets = [submission.unique_id for submission in submissions]
    return len(set(ids)) != len(ids) or len(set(sets)) != len(sets)


def _store(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # of 1 January 1980, so that the same set makes the same bytes
    entry.create_system = 0
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=9)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("Œ", "OE").replace("œ", "oe"))
    return "".join(character for character in plain if " " <= character <= "~")


def _readme(sender: Sender) -> bytes:
    lines = (
        "Emetteur :",
        f"    . Structure : {sender.institution} {sender.institution_id}".rstrip(),
        f"    . Contact : {sender.contact}".rstrip(),
        "",
        "Application :",
        f"    . Nom : {sender.software}".rstrip(),
        f"    . Version : {sender.version}".rstrip(),
        "",
        "Instructions :",
        "    . Les documents se lisent avec un logiciel de sante qui accepte les archives IHE XDM.",
        "    . Ils sont aussi joints au message au format PDF.",
        "",
        "Arborescence :",
        "    README.TXT",
        "    INDEX.HTM",
        "    IHE_XDM",
        "        SUBSETnn",
        "            METADATA.XML",
        "            DOCnnnnn.XML",
    )
    return "".join(_ascii(line) + "\r\n" for line in lines).encode("ascii")


_PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">\r\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">\r\n'
    "<head><title>Documents de santé</title></head>\r\n"
    "<body>\r\n<h1>Documents de santé</h1>\r\n<p>Émetteur : {sender}</p>\r\n"
    "<p>Ces documents contiennent des données personnelles de santé, protégées par le secret professionnel.</p>\r\n"
    '<p><a href="README.TXT">README.TXT</a></p>\r\n<ul>\r\n{links}</ul>\r\n</body>\r\n</html>\r\n'
)


def _index(submissions: tuple[Submission, ...], sender: Sender) -> bytes:
    paths = (
        f"IHE_XDM/SUBSET{rank:02d}/{document.uri}"
        for rank, submission in enumerate(submissions, 1)
        for document in submission.documents
    )
    links = "".join(f'<li><a href="{path}">{path}</a></li>\r\n' for path in paths)
    who = " ".join(part for part in (sender.institution, sender.institution_id) if part)
    return _PAGE.format(sender=escape(who), links=links).encode()
