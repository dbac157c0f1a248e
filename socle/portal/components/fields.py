"""Form fields that read what people really type."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from socle.errors import Invalid
from socle.portal.components import french

EXAMPLE = "Sous la forme 04/11/1987"


class DayField(forms.CharField):
    """A day in one text field, read by `french.read_day`; its clean value is a `date`, or None when left empty."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"max_length": 40, "help_text": EXAMPLE, "widget": widget, **options})

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return french.read_day(text)
        except Invalid as problem:
            raise ValidationError(problem.sentence, code=problem.code) from problem

    def prepare_value(self, value: Any) -> Any:
        return french.numeric(value) if isinstance(value, date) else value
