"""Routes of the pages; the wires of machines are dispatched before Django (wsgi.py)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
