"""Tests write their own CDA documents, about the people they minted."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.formats.cda.header import Header
from socle.formats.cda.values import Identifier
from socle.formats.cda.writer import Report, patient, write_report
from socle.formats.cda.writer.sections import REASON
from tests.formats.cda_writer import samples

IDNPS = "1.2.250.1.71.4.2.1"


def headed(about: Patient, *, author: Actor | None = None, set_id: str = "", version: int = 1) -> Header:
    """The header of a consultation report about `about`, with an id of its own, valid for the gate."""
    identity = patient(
        Identifier(about.oid or "", about.matricule or ""),
        birth_name=about.birth_name,
        first_given=about.first_given,
        given_names=about.given_names,
        birth_on=date.fromisoformat(str(about.birth_date)),
        sex=about.sex,
        birthplace_code=about.birthplace_cog,
        birthplace="PARIS 12",
    )
    header = replace(
        samples.header(samples.CONSULTATION),
        id=Identifier(str(uuid.uuid4())),
        set_id=Identifier(set_id or str(uuid.uuid4())),
        version=version,
        parents=(),
        patient=identity,
    )
    if author is None:
        return header
    signer = replace(header.authors[0], ids=(Identifier(IDNPS, author.national_id),))
    return replace(header, authors=(signer,), legal_authenticator=signer)


def report(
    about: Patient,
    *,
    author: Actor | None = None,
    text: str = "Toux depuis trois jours.",
    set_id: str = "",
    version: int = 1,
) -> bytes:
    """A consultation report that says `text`."""
    header = headed(about, author=author, set_id=set_id, version=version)
    return write_report(header, Report(words=((REASON, text),)))
