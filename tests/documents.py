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


def report(
    about: Patient,
    *,
    author: Actor | None = None,
    text: str = "Toux depuis trois jours.",
    set_id: str = "",
    version: int = 1,
    header: Header | None = None,
) -> bytes:
    """A consultation report about `about`, with an id of its own, valid for the gate."""
    base = header or samples.header(samples.CONSULTATION)
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
    changed = replace(
        base,
        id=Identifier(str(uuid.uuid4())),
        set_id=Identifier(set_id or str(uuid.uuid4())),
        version=version,
        parents=(),
        patient=identity,
    )
    if author is not None:
        party = replace(changed.authors[0], ids=(Identifier("1.2.250.1.71.4.2.1", author.national_id),))
        changed = replace(changed, authors=(party,), legal_authenticator=party)
    return write_report(changed, Report(words=((REASON, text),)))
