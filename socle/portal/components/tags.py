"""Template tags and filters, loaded in every template (`engine.TEMPLATES`)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from socle import clock
from socle.portal.components import assets, french, menu
from socle.portal.components.values import RELIABILITY, LogLine

register = template.Library()
register.filter("day", french.day)
register.filter("weekday", french.weekday)
register.filter("month", french.short_month)
register.filter("numeric", french.numeric)
register.filter("hour", french.hour)
register.filter("moment", french.moment)
register.filter("matricule", french.matricule)
register.filter("phone", french.phone)
register.filter("spaced", french.spaced)


@register.filter
def since(value: datetime) -> str:
    return french.since(value, clock.now())


@register.filter
def age(birth: date | str) -> str:
    return french.age(birth, clock.today())


@register.filter
def tel(value: str) -> str:
    """The address that dials a number."""
    return "tel:" + "".join(character for character in value if character.isdecimal() or character == "+")


@register.filter
def iso(value: date | datetime) -> str:
    """For the `datetime` attribute."""
    return value.isoformat()


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a form field is a set of choices under a legend."""
    return field.use_fieldset


@register.filter
def first_input(field: BoundField) -> str:
    """The id of the input that an error leads to: the first choice of a group."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def by_day(lines: Iterable[LogLine]) -> list[dict[str, Any]]:
    """Lines grouped by their day in Paris, in the order given: `key` (ISO day), `title`, `lines`."""
    groups = itertools.groupby(lines, key=lambda line: french.local(line.at))
    return [{"key": day.isoformat(), "title": capital(french.weekday(day)), "lines": list(group)} for day, group in groups]


@register.filter
def capital(text: str) -> str:
    """The first letter in capital, the rest as it is."""
    return text[:1].upper() + text[1:]


@register.simple_tag
def asset(name: str) -> str:
    return assets.address(name)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of icons.svg, silent for screen readers; `size` is empty or `l`."""
    classes = f"icon icon--{size}" if size else "icon"
    sheet = assets.address("icons.svg")
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"></use></svg>', classes, sheet, name)


@register.simple_tag
def reliability(kind: str) -> SafeString:
    """How sure a fact is: a shape and a word. `kind`: structured, declared, read."""
    word, symbol = RELIABILITY[kind]
    return format_html('<span class="reliability">{}{}</span>', icon(symbol), word)


@register.simple_tag
def snippet(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """A quotation in pieces (text, found); what was found is highlighted."""
    marked = ((format_html("<mark>{}</mark>", text) if found else text,) for text, found in pieces)
    return format_html_join("", "{}", marked)


@register.simple_tag(takes_context=True)
def menu_entries(context: Context, space: str) -> list[menu.Shown]:
    """Entries of a space's navigation for this page; `current_path` in the context lights another entry than the page's."""
    path = context.get("current_path") or context.get("path") or ""
    actor = context.get("actor")
    return menu.entries(space, str(path), context.get("counts") or {}, getattr(actor, "rights", frozenset()))


@register.simple_tag
def home(space: str) -> str:
    return menu.HOMES[space]


@register.simple_tag
def reachable(href: str) -> str:
    """The address itself when something answers there, else nothing."""
    return href if menu.exists(href) else ""


@register.simple_tag
def widget(field: BoundField, **attributes: Any) -> SafeString:
    """The input of a form field with the product's style."""
    names = {name.replace("_", "-"): value for name, value in attributes.items()}
    return field.as_widget(attrs={"class": "input", **names})
