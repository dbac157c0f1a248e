"""Passwords and one-time codes: made, checked. Source: RFC 6238 (TOTP); scrypt by Django's own hashers."""

from __future__ import annotations

import hmac

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, NumericPasswordValidator
from django.core.exceptions import ValidationError

from socle import clock
from socle.base.signin import rules
from socle.base.signin.sealing import Unsealable, seal, unseal
from socle.errors import Invalid

SEED = "totp seed"
ISSUER = "socle"
_HASHER = "scrypt"
_STEP_S = 30
_NOBODY = make_password("personne", hasher=_HASHER)
"""Compared with when there is no such account, so that both cases take the same time."""


def hashed(password: str) -> bytes:
    """What is stored of a password. Invalid `mot-de-passe` when it is short or common."""
    if len(password) < rules.PASSWORD_LENGTH:
        raise Invalid("mot-de-passe", f"Choisissez un mot de passe de {rules.PASSWORD_LENGTH} caractères au moins.")
    for validator in (CommonPasswordValidator(), NumericPasswordValidator()):
        try:
            validator.validate(password)
        except ValidationError as error:
            raise Invalid("mot-de-passe", "Ce mot de passe est trop facile à deviner : ajoutez des mots.") from error
    return make_password(password[:1000], hasher=_HASHER).encode()


def password_is(password: str, stored: bytes | None) -> bool:
    """Takes the same time whether there is something to compare with or not."""
    right = check_password(password[:1000], stored.decode() if stored else _NOBODY)
    return right and stored is not None


def new_seed() -> bytes:
    """A sealed secret of 160 bits for a code application."""
    return seal(pyotp.random_base32().encode(), SEED)


def enrolment(sealed: bytes, login: str) -> str:
    """The `otpauth` address that code applications read, also as a picture."""
    return pyotp.TOTP(_opened(sealed)).provisioning_uri(name=login, issuer_name=ISSUER)


def seed_text(sealed: bytes) -> str:
    """The secret, to be typed by whoever cannot take the picture: groups of four signs."""
    text = _opened(sealed)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def step_of(code: str, sealed: bytes | None) -> int | None:
    """The time step that this code is right for, the one before and the one after included; None when it is wrong."""
    typed = "".join(code.split())
    if sealed is None or len(typed) != 6 or not typed.isascii() or not typed.isdecimal():
        return None
    totp = pyotp.TOTP(_opened(sealed))
    present = int(clock.now().timestamp()) // _STEP_S
    return next((step for step in (present, present - 1, present + 1) if _same(totp.generate_otp(step), typed)), None)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)


def _opened(sealed: bytes) -> str:
    try:
        return unseal(sealed, SEED).decode()
    except Unsealable as error:
        raise Invalid("second-facteur", "Ce second facteur ne peut plus être lu : demandez une nouvelle invitation.") from error
