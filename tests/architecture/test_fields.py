"""Every column says what it holds (`fields.csv`): `identity` (who somebody is, or whom a row is about, professionals and bodies
too), `health` (says, or lets guess, something of a person's health or care), `technical` (neither)."""

from __future__ import annotations

import csv
from collections import Counter

from django.apps import apps
from django.db import models

from tests.architecture.tree import REPOSITORY

TABLE = REPOSITORY / "tests" / "architecture" / "fields.csv"
HOLDS = {"identity", "health", "technical"}
WITHOUT_HEALTH = {"directory", "events", "notices"}
"""Packages whose rows travel (extractions, queue, notices) and say nothing of anybody's health."""


def declared() -> dict[tuple[str, str], models.Field]:
    """Every stored field of the product's tables."""
    found = {
        (model._meta.label, field.name): field
        for config in apps.get_app_configs()
        if config.name.startswith("socle.")
        for model in config.get_models()
        for field in model._meta.concrete_fields
    }
    assert len(found) > 300
    return found


def classified() -> list[tuple[str, str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [(row["table"], row["field"], row["holds"]) for row in csv.DictReader(file)]


def test_every_field_is_classified_once() -> None:
    counted = Counter((table, field) for table, field, _ in classified())
    missing = sorted(set(declared()) - set(counted))
    stale = sorted(set(counted) - set(declared()))
    assert not missing, f"absent from fields.csv: {missing}"
    assert not stale, f"only in fields.csv: {stale}"
    assert [place for place, times in counted.items() if times > 1] == []


def test_the_table_uses_its_three_words_and_is_sorted_by_table() -> None:
    rows = classified()
    assert {holds for *_, holds in rows} == HOLDS
    tables = [table for table, *_ in rows]
    assert tables == sorted(tables)


def test_what_travels_says_nothing_of_health() -> None:
    health = [(table, field) for table, field, holds in classified() if holds == "health"]
    assert [place for place in health if place[0].split(".")[0] in WITHOUT_HEALTH] == []


def test_no_table_prints_what_its_row_holds() -> None:
    """Django's own form names the table and the key; a form of ours would end in logs and messages."""
    printing = [
        model._meta.label
        for config in apps.get_app_configs()
        if config.name.startswith("socle.")
        for model in config.get_models()
        if "__str__" in vars(model) or "__repr__" in vars(model)
    ]
    assert printing == []
