"""From rows to values: the columns each value reads, in order. Used inside doors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from socle.base.directory import models, values

_PRACTITIONER = (
    "id",
    "national_id",
    "rpps",
    "family",
    "given",
    "civility",
    "title",
    "profession",
    "category",
    "active",
    "origin",
    "confirmed_on",
    "version",
    "updated_at",
)
_ORGANISATION = (
    "id",
    "key",
    "national_id",
    "finess",
    "finess_legal",
    "siren",
    "siret",
    "rank",
    "name",
    "trade_name",
    "sector",
    "phone",
    "fax",
    "email",
    "address",
    "postal_code",
    "commune",
    "city",
    "departement",
    "active",
    "origin",
    "version",
    "updated_at",
)
_SITUATION = (
    "id",
    "practitioner_id",
    "organisation_id",
    "profession",
    "category",
    "know_how_type",
    "know_how",
    "mode",
    "sector",
    "section",
    "role",
    "genre",
    "phone",
    "other_phone",
    "fax",
    "email",
    "address",
    "postal_code",
    "commune",
    "city",
    "departement",
    "active",
    "version",
    "updated_at",
)
_ADDRESS = (
    "address",
    "kind",
    "practitioner_id",
    "organisation_id",
    "service",
    "description",
    "red_list",
    "dematerialisation",
)


def practitioners(query: QuerySet[models.Practitioner]) -> list[values.Practitioner]:
    return [values.Practitioner(*row) for row in query.values_list(*_PRACTITIONER)]


def organisations(query: QuerySet[models.Organisation]) -> list[values.Organisation]:
    return [values.Organisation(**(row | {"address": _lines(row["address"])})) for row in query.values(*_ORGANISATION)]


def situations(query: QuerySet[models.Situation]) -> list[values.Situation]:
    """With the name of the organisation, by one join."""
    return [_situation(row) for row in query.values(*_SITUATION, "organisation__name", "organisation__trade_name")]


def addresses(query: QuerySet[models.SecureAddress]) -> list[values.SecureAddress]:
    return [values.SecureAddress(*row) for row in query.values_list(*_ADDRESS)]


def _situation(row: dict[str, Any]) -> values.Situation:
    name = row.pop("organisation__name") or ""
    trade_name = row.pop("organisation__trade_name") or ""
    return values.Situation(**(row | {"address": _lines(row["address"]), "organisation_name": trade_name or name}))


def _lines(address: str) -> tuple[str, ...]:
    return tuple(address.split("\n")) if address else ()
