"""The sample documents, as bytes and read."""

from __future__ import annotations

from pathlib import Path

from socle.formats import cda

FOLDER = Path(__file__).parent / "samples"
SYNTHESE = (FOLDER / "synthese.xml").read_bytes()
COURRIER = (FOLDER / "courrier.xml").read_bytes()


def changed(*pairs: tuple[str, str]) -> cda.Document:
    """The synthèse with each first text replaced by the second, everywhere; fails where a text is not there."""
    text = SYNTHESE.decode()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return cda.parse(text.encode())
