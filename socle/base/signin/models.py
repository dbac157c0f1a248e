"""Accounts and sign-in sessions. A secret that people or software carry (cookie, token) is never stored: only its SHA-256 is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from socle import clock


class Account(models.Model):
    """Somebody whom an identity provider, or a structure, vouches for. `subject` is the provider's lasting name of the
    person: the IDNPS for Pro Santé Connect (never `sub` or a mail address), `sub` for FranceConnect, a login for accounts of a
    structure."""

    class Provider(models.TextChoices):
        PSC = "psc", "Pro Santé Connect"
        FRANCECONNECT = "franceconnect", "FranceConnect"
        LOCAL = "local", "compte de structure"

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    provider = models.TextField(choices=Provider)
    subject = models.TextField()
    person_id = models.UUIDField(null=True)
    """The directory's practitioner or the identity of the patient; none for administrators."""
    name = models.TextField(blank=True)
    rights = ArrayField(models.TextField(), default=list)
    """Administration rights."""
    suspended = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    last_sign_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="signin_account_once"),
            models.CheckConstraint(condition=Q(provider__in=["psc", "franceconnect", "local"]), name="signin_account_provider"),
            models.CheckConstraint(condition=~Q(subject=""), name="signin_account_subject"),
        ]
        indexes = [models.Index(fields=["person_id"], name="signin_account_person", condition=Q(person_id__isnull=False))]


class Session(models.Model):
    """One sign-in of one account in one browser, and all that rebuilds its Actor without asking anybody."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sessions")
    token_hash = models.BinaryField(unique=True)
    """SHA-256 of the cookie's 256 random bits."""
    name = models.TextField()
    national_id = models.TextField(blank=True)
    level = models.TextField(blank=True)
    """`acr` that the provider returned."""
    regulation_claim = models.BooleanField(default=False)
    situations = models.JSONField(default=list)
    """What may be chosen (`situations.Situation`)."""
    situation_id = models.UUIDField(null=True)
    """What was chosen; none yet when there are several."""
    urgent = models.JSONField(default=list)
    """Urgent accesses opened in this session (`situations.Urgent`)."""
    logout_hint = models.BinaryField(null=True)
    """The sealed id_token, which ends the session at the provider too."""
    created_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)
    """Written once a minute at most; the lock counts from it."""
    locked_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    device_hash = models.BinaryField(null=True)
    device_label = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="signin_session_span")]
        indexes = [models.Index(fields=["account", "created_at"], name="signin_session_by_account")]


class KeptForm(models.Model):
    """What somebody had typed when their session locked or expired: sealed, given back to the same account only."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    path = models.TextField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="signin_keptform_age")]


class SoftwareClient(models.Model):
    """A software that may ask for tokens: it proves itself by a signature of one of its keys, never by a shared secret."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    client_id = models.TextField(unique=True)
    name = models.TextField()
    version = models.TextField(blank=True)
    jwks = models.JSONField()
    """Public keys."""
    structure_id = models.UUIDField()
    structure_name = models.TextField()
    scopes = ArrayField(models.TextField(), default=list)
    trust_contract = models.BooleanField(default=False)
    """RNIV §4.9.2: what it says of identities is taken without a call to INSi."""
    psc_client_id = models.TextField(blank=True)
    """Its own client at Pro Santé Connect: tokens given to another client are not exchanged for it."""
    franceconnect_client_id = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(client_id=""), name="signin_softwareclient_named")]


class AccessToken(models.Model):
    """A bearer token that the platform gave: opaque, one hour at most."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    token_hash = models.BinaryField(unique=True)
    software = models.ForeignKey(SoftwareClient, on_delete=models.PROTECT, related_name="tokens")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="tokens")
    """Whoever named themself; none for a software alone."""
    actor = models.JSONField()
    """The whole Actor (`tokens.kept`), with its purpose and urgent access."""
    scopes = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="signin_accesstoken_span")]
        indexes = [models.Index(fields=["expires_at"], name="signin_accesstoken_end")]


class UsedAssertion(models.Model):
    """A client assertion that was presented: it serves once (RFC 7523 §3)."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    software = models.ForeignKey(SoftwareClient, on_delete=models.CASCADE, related_name="+")
    jti_hash = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["software", "jti_hash"], name="signin_usedassertion_once")]
        indexes = [models.Index(fields=["expires_at"], name="signin_usedassertion_end")]
