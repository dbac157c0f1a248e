"""Names that travel beside an archive: the PDF copy of a document, and who writes.

Source: référentiel socle MSSanté #2, ECO.2.1.6 (name of the PDF), ECO.2.2.7 (display name of the sender).
"""

from __future__ import annotations

import re
from datetime import date

from socle.errors import Invalid

_UNFIT = re.compile(r'[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff<>:"/\\|?*_,;@]+')
_SPACES = re.compile(r"\s+")
_LONGEST_PART = 60


def pdf_name(acted_on: date, label: str, family_name: str, given_name: str, file_number: str = "") -> str:
    """`20220531_CR d'imagerie médicale_CORSE_FIGATELLIX_<n° dossier>.pdf`; signs that no file name holds become spaces."""
    parts = [_part(label), _part(family_name.upper()), _part(given_name)]
    if not all(parts):
        raise Invalid("pdf-name", "Le nom du fichier PDF demande le type du document, le nom et le prénom.", where="filename")
    numbered = [*parts, *filter(None, [_part(file_number)])]
    return "_".join([f"{acted_on.year:04d}{acted_on:%m%d}", *numbered]) + ".pdf"


def display_name(title: str, given_name: str, family_name: str, entity: str = "") -> str:
    """`<Titre>_<Prénom>_<NOM>_<Entité>`, without the parts that are not known; `entity` alone for a shared mailbox."""
    return "_".join(filter(None, [_part(title), _part(given_name), _part(family_name.upper()), _part(entity)]))


def _part(text: str) -> str:
    return _SPACES.sub(" ", _UNFIT.sub(" ", text)).strip()[:_LONGEST_PART].strip(" .")
