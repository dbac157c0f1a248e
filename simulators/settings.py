"""Django as the web layer of the simulators: requests, signed cookies, templates. No database, no session, no application."""

from __future__ import annotations

from pathlib import Path

from simulators.installation import current

SECRET_KEY = current().keys.secret
DEBUG = False
ALLOWED_HOSTS = ["*"]  # the port is on the loopback interface; a container may name it otherwise
ROOT_URLCONF = "simulators.urls"
INSTALLED_APPS: list[str] = []
DATABASES: dict[str, object] = {}
MIDDLEWARE = ["simulators.pages.Guard"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"builtins": ["django.templatetags.static"]},
    }
]
STATIC_URL = "/static/"
LANGUAGE_CODE = "fr"
USE_TZ = True
TIME_ZONE = "Europe/Paris"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
LOGGING = {  # requests carry names: nothing about them is written; `pages.Guard` tells failures by type and place
    "version": 1,
    "handlers": {"nothing": {"class": "logging.NullHandler"}},
    "loggers": {"django": {"handlers": ["nothing"], "propagate": False}},
}
