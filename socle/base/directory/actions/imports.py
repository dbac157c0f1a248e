"""The import of the national extractions: one door, one transaction, one line in the journal a file.

Readers see the directory as it was until the whole file is in. A file that fails leaves nothing behind.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from django.db import connection

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.directory.extractions.activities import Activities
from socle.base.directory.extractions.loading import Loader, Progress, load
from socle.base.directory.extractions.mailboxes import Mailboxes
from socle.base.directory.extractions.reading import UNKNOWN, Header, open_extraction, read_header
from socle.base.directory.extractions.report import ImportReport
from socle.base.directory.extractions.skills import Skills
from socle.base.directory.rules import may_import
from socle.errors import Invalid

_LOADERS = (Activities, Mailboxes, Skills)


def _no_progress(share: float) -> None:
    """Nobody watches."""


@door(reads=False)
def import_file(*, actor: Actor, path: Path, progress: Progress = _no_progress, accept_removals: bool = False) -> ImportReport:
    """The extraction, recognised by its header line, is in the directory: new and changed rows written, rows it no longer holds
    inactive. The same file again changes nothing. Lines that cannot be read are reported by number and the rest is imported.

    `progress` receives the share of the file read, from 0 to 1. `accept_removals` lets more than a fifth of the known rows go.
    Memory stays under 500 MB. For the platform itself (`socle import annuaire`, `system("annuaire")`) and administrators of the
    directory. Invalid: `annuaire-fichier`, `annuaire-format`, `annuaire-tronque`.
    """
    note(kind="directory-import")
    may_import(actor).enforce()
    with contextlib.closing(open_extraction(path)) as file:
        size = max(path.stat().st_size, 1)
        header = read_header(file)
        with connection.cursor() as cursor:
            report = load(
                cursor,
                _loader(header),
                header,
                file,
                progress=lambda position: progress(position / size),
                accept_removals=accept_removals,
            )
    note(reason=f"{report.kind} : {report.added} ajoutées, {report.changed} modifiées, {report.gone} inactives")
    progress(1.0)
    return report


def _loader(header: Header) -> Loader:
    for kind in _LOADERS:
        if kind.recognises(header):
            return kind(header)
    raise Invalid(*UNKNOWN)
