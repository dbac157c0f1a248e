"""The matrix denies by default, and its most precise row decides."""

from __future__ import annotations

from dataclasses import replace

from socle.base.access import habilitation
from socle.base.access.actor import Actor, Kind

DOCTOR = Actor(kind=Kind.PROFESSIONAL, profession="10", specialty="SM54", sector="SA07")


def test_a_doctor_reads_reports_and_an_unknown_profession_nothing() -> None:
    assert "11488-4" in habilitation.of(DOCTOR).read
    assert habilitation.of(replace(DOCTOR, profession="999")) == habilitation.NOTHING
    assert habilitation.of(replace(DOCTOR, profession="")) == habilitation.NOTHING


def test_a_role_never_widens_what_the_sector_narrows() -> None:
    narrow = habilitation.of(replace(DOCTOR, sector="SA13"))
    assert narrow.read < habilitation.of(DOCTOR).read
    assert habilitation.of(replace(DOCTOR, sector="SA13", role="309")).read == narrow.read
