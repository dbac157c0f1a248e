"""Django's settings. Everything that differs between installations comes from the environment (contract.md §2)."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import Any

from socle.deploy import environment as _environment
from socle.deploy import installation as _installation
from socle.deploy import logs as _logs
from socle.deploy.environment import Profile
from socle.deploy.postgres import APP_ROLE, OWNER_ROLE
from socle.formats.keyfile import Keys

SOCLE = _environment.read()
SOCLE_PROFILE = SOCLE.profile
SOCLE_VAULT_FOLDER = SOCLE.vault
SOCLE_JOURNAL_REGISTER = SOCLE.register
SOCLE_ENDPOINTS = SOCLE.endpoints
SOCLE_WITHDRAWALS = SOCLE.withdrawals
SOCLE_DEMO_PEOPLE = None if SOCLE_PROFILE is Profile.PRODUCTION else Path(__file__).resolve().parent / "story" / "people.json"
"""Who the sign-in page proposes."""

# Without a key file (type checks, makemigrations) there are no keys and no secret: whatever needs them fails. The commands that
# serve people refuse to start earlier, in French.
SOCLE_KEYS: Keys = _installation.read_keys(SOCLE.key_file) if SOCLE.key_file.exists() else Keys({}, "", b"")
SECRET_KEY = hmac.new(SOCLE_KEYS.journal, b"socle web secret", hashlib.sha256).hexdigest() if SOCLE_KEYS.journal else ""

DEBUG = False
ALLOWED_HOSTS = (os.environ.get("SOCLE_HOSTS") or "127.0.0.1,localhost,[::1]").split(",")
ROOT_URLCONF = "socle.portal.urls"
WSGI_APPLICATION = "socle.deploy.wsgi.application"

INSTALLED_APPS = [
    "socle.base.audit",
    "socle.base.events",
    "socle.base.access",
    "socle.base.vault",
    "socle.base.directory",
    "socle.base.identity",
    "socle.base.signin",
    "socle.base.notices",
    "socle.record",
    "socle.portal",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "socle.deploy.headers.ContentPolicy",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "socle.base.signin.edge.Edge",
    "socle.portal.signin.gate.Gate",
    "socle.portal.components.refusals.Refusals",
]
CSRF_FAILURE_VIEW = "socle.portal.components.refusals.csrf_failure"

_ROLE = OWNER_ROLE if os.environ.get(_installation.ROLE_VARIABLE) == "owner" else APP_ROLE
_CONNECTION: dict[str, Any] = _installation.connection_settings(SOCLE, _ROLE)
if _ROLE == APP_ROLE:
    # Without a free connection for 2 s a door answers 503 (architecture.md §2.1), and so does one that waits for another's lock
    # longer than that takes with any queue of deposits. A web worker has more threads than connections (serving.THREADS): when
    # every connection is stuck the others still say so.
    _CONNECTION["OPTIONS"] |= {
        "options": f"{_CONNECTION['OPTIONS'].get('options', '')} -c lock_timeout=5s".strip(),
        "pool": {"min_size": 1, "max_size": 4, "timeout": 2.0},
        "prepare_threshold": 5,
        "server_side_binding": True,
    }
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
        **_CONNECTION,
    }
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"


class _Refusal(str):
    """Stands for a template variable that does not exist: rendering it raises, so that no test passes with a hole in a page."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        raise NameError(f"template variable {variable}")


TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "socle.portal.components.context.page"],
            "builtins": ["socle.portal.components.tags"],
            "string_if_invalid": _Refusal("%s") if os.environ.get("SOCLE_STRICT_TEMPLATES") else "",
        },
    }
]

# Cookies are secure except on the loopback of a demo or a test, which speaks plain HTTP.
_HTTPS = SOCLE_PROFILE is Profile.PRODUCTION
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "socle-csrf"
SOCLE_COOKIES_SECURE = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SOCLE_PUBLIC_URL = os.environ.get("SOCLE_PUBLIC_URL", "http://127.0.0.1:8000")
"""Where people and software reach the web process: scheme, host and port, without a slash at the end."""
SOCLE_LIVE_ORIGIN = os.environ.get("SOCLE_LIVE_ORIGIN", "")
"""Origin of the server-sent events when it is not that of the pages."""
SOCLE_FORM_TARGETS = os.environ.get("SOCLE_FORM_TARGETS", "").split()
"""Origins a form may lead to beside our own: the identity providers."""

SOCLE_OPENID = {
    prefix: {
        name: os.environ.get(f"SOCLE_{prefix}_{name.upper()}", "")
        for name in ("issuer", "discovery", "client_id", "client_secret")
    }
    for prefix in ("PSC", "FC")
}
"""The identity providers: Pro Santé Connect and FranceConnect."""
SOCLE_INSI = {
    name: os.environ.get(f"SOCLE_INSI_{name.upper()}", "")
    for name in ("url", "client_id", "secret", "certificate", "authorities", "idam")
}
"""The INSi teleservice: address, and either a name and a secret or a certificate of the IGC-Santé (path of a PEM file)."""
SOCLE_INSI_FROM_PROVISIONAL = os.environ.get("SOCLE_INSI_FROM_PROVISIONAL", "yes") == "yes"
"""Whether INSi may be called before a document is checked (RNIV EXI SI 25)."""
SOCLE_HABILITATION_FILE = os.environ.get("SOCLE_HABILITATION_FILE", "")
"""A habilitation matrix in place of the illustrative one (`socle/base/access/tables/README.md`)."""
SOCLE_SIMULATORS = None if _HTTPS else SOCLE.data / "simulators"
"""Where the simulators say who they are, in the demo and in tests; used when no provider is named above."""

DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024  # documents stay in memory: no clear copy in a temporary file

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = _logs.configuration()
