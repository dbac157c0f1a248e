"""`IHE_XDM.zip` -> the submission sets and documents inside, or why nothing is taken.

All or nothing: one document that is missing, altered or doubled refuses the archive. INDEX.HTM is never read, style sheets are
never run, a ZIP inside is never opened. Source: IHE ITI TF-2 §3.32.4.1.2 (media structure).
"""

from __future__ import annotations

from dataclasses import replace

from socle.errors import Invalid
from socle.formats.xdm.integration import claimed_identity_faults
from socle.formats.xdm.metadata_reading import Announced, Metadata, read_metadata
from socle.formats.xdm.values import Archive, DocumentEntry, Fault, Refused, Submission
from socle.formats.xdm.zip_reading import Limits, ZipEntry, ZipFile, open_zip

ROOT = "ihe_xdm"
METADATA = "metadata.xml"
_PRESENTATION = frozenset({"index.htm", "readme.txt"})
LIMITS = Limits()
SENTENCES = {
    "no-documents": "L’archive jointe ne contient aucun document de santé : le dossier IHE_XDM est absent ou vide.",
    "nested-folder": "Le dossier IHE_XDM n’est pas à la racine de l’archive : rien n’est repris.",
    "file-missing": "Un document annoncé manque dans l’archive.",
    "file-path": "Un document annoncé désigne un fichier hors de son dossier.",
    "hash-differs": "Un document de l’archive ne correspond pas à son empreinte : il a été altéré.",
    "size-differs": "Un document de l’archive n’a pas la taille annoncée : il a été altéré.",
    "documents-many": "L’archive jointe contient trop de documents.",
    "same-file": "Un même fichier de l’archive est annoncé comme plusieurs documents.",
    "same-id": "Deux documents différents de l’archive portent le même identifiant.",
    "integrity-unsaid": "L’empreinte ou la taille d’un document n’est pas annoncée : son intégrité n’a pas pu être vérifiée.",
    "several-patients": "L’archive concerne plusieurs personnes : chaque document doit être classé à la main.",
}


def read(content: bytes, limits: Limits = LIMITS) -> Archive | Refused:
    """What the archive holds, every announced hash and size verified; nothing is raised, whatever the bytes."""
    try:
        return _read(content, limits)
    except Invalid as refused:
        return Refused(tuple(Fault(issue.code, issue.sentence, issue.where) for issue in refused.issues))


def is_leftover(path: str) -> bool:
    """True for what tools leave behind: hidden files, `__MACOSX`, editor backups, thumbnails."""
    parts = path.lower().split("/")
    return any(
        part.startswith(".") or part.endswith("~") or part in ("__macosx", "cvs", "thumbs.db", "desktop.ini") for part in parts
    )


def _read(content: bytes, limits: Limits) -> Archive:
    files = open_zip(content, limits)
    kept = {entry.path.lower(): entry for entry in files.entries if not is_leftover(entry.path)}
    described = [path for path in kept if path.endswith("/" + METADATA)]
    subsets = [path for path in described if path.split("/")[0] == ROOT and path.count("/") == 2]
    if len(subsets) != len(described):
        raise _refusal("nested-folder")
    if not subsets:
        raise _refusal("no-documents")
    read_paths = set(subsets)
    faults: list[Fault] = []
    submissions: list[Submission] = []
    for path in sorted(subsets):
        metadata = read_metadata(files.content(kept[path]))
        if sum(len(found.documents) for found in submissions) + len(metadata.announced) > limits.documents:
            raise _refusal("documents-many")
        folder = path.removesuffix(METADATA)
        places = [_place(folder, item, kept) for item in metadata.announced]
        if len({place.path for place in places}) != len(places):
            raise _refusal("same-file")
        read_paths.update(place.path.lower() for place in places)
        submissions.append(_submission(files, metadata, places, faults))
    distinct = _without_copies(submissions)
    if not any(submission.documents for submission in distinct):
        raise _refusal("no-documents")
    faults.extend(_identity_faults(distinct))
    ignored = (entry.path for entry in files.entries if entry.path.lower() not in read_paths | _PRESENTATION)
    return Archive(distinct, tuple(faults), tuple(ignored))


def _refusal(code: str, where: str = "") -> Invalid:
    return Invalid(code, SENTENCES[code], where=where)


def _place(folder: str, announced: Announced, kept: dict[str, ZipEntry]) -> ZipEntry:
    """The file of a document, in the folder of its metadata, whatever the case of its name."""
    uri = announced.entry.uri.replace("\\", "/").removeprefix("./")
    if not uri or uri.startswith("/") or ":" in uri or any(part in ("", ".", "..") for part in uri.split("/")):
        raise _refusal("file-path")
    found = kept.get(folder + uri.lower())
    if found is None or found.path.lower().endswith("/" + METADATA):
        raise _refusal("file-missing", announced.entry.uri)
    return found


def _submission(files: ZipFile, metadata: Metadata, places: list[ZipEntry], faults: list[Fault]) -> Submission:
    documents = []
    for announced, place in zip(metadata.announced, places, strict=True):
        entry = replace(announced.entry, content=files.content(place))
        _verify(announced, entry)
        if not announced.sha1 or not announced.size:
            faults.append(Fault("integrity-unsaid", SENTENCES["integrity-unsaid"], entry.uri))
        documents.append(entry)
    return replace(metadata.submission, documents=tuple(documents))


def _verify(announced: Announced, entry: DocumentEntry) -> None:
    if announced.size and announced.size.lstrip("0") != (str(entry.size) if entry.size else ""):
        raise _refusal("size-differs", entry.uri)
    if announced.sha1 and announced.sha1 != entry.sha1.hex():
        raise _refusal("hash-differs", entry.uri)


def _without_copies(submissions: list[Submission]) -> tuple[Submission, ...]:
    """Each document once: the same one again is left out, another one under the same identifier refuses the archive."""
    first: dict[str, bytes] = {}
    kept = []
    for submission in submissions:
        documents = []
        for entry in submission.documents:
            if entry.unique_id not in first:
                first[entry.unique_id] = entry.content
                documents.append(entry)
            elif first[entry.unique_id] != entry.content:
                raise _refusal("same-id", entry.uri)
        if documents or not submission.documents:
            kept.append(replace(submission, documents=tuple(documents)))
    return tuple(kept)


def _identity_faults(submissions: tuple[Submission, ...]) -> list[Fault]:
    documents = [document for submission in submissions for document in submission.documents]
    faults = [fault for document in documents for fault in claimed_identity_faults(document)]
    people = {document.ins or document.patient_id for document in documents} - {None}
    if len(people) > 1:
        faults.append(Fault("several-patients", SENTENCES["several-patients"]))
    return faults
