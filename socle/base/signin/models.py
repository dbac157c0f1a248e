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
    structure_id = models.UUIDField(null=True)
    """The structure that these rights are about, when they are not about the whole platform."""
    structure_name = models.TextField(blank=True)
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
    proven_at = models.DateTimeField(default=clock.now)
    """When its owner last proved themself: at sign-in, or lifting the lock."""
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


class UsedChallenge(models.Model):
    """A challenge of a passkey that was answered, rightly or not: it serves once. `hash` is its SHA-256."""

    hash = models.BinaryField(primary_key=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="signin_usedchallenge_end")]


class Invitation(models.Model):
    """A link, of one use and seven days, by which somebody without national identity provider makes their account. The structure
    answers for them: their person and situations are in the directory already."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    token_hash = models.BinaryField(unique=True)
    login = models.TextField()
    name = models.TextField()
    person_id = models.UUIDField(null=True)
    """The directory's practitioner; none for an administrator."""
    rights = ArrayField(models.TextField(), default=list)
    structure_id = models.UUIDField(null=True)
    structure_name = models.TextField(blank=True)
    invited_by = models.UUIDField(null=True)
    invited_by_name = models.TextField(blank=True)
    seed = models.BinaryField()
    """The sealed secret of the second factor offered, kept from one page to the next."""
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="signin_invitation_span")]
        indexes = [models.Index(fields=["structure_id", "created_at"], name="signin_invitation_by_place")]


class Credential(models.Model):
    """What an account proves itself with. `secret` is a password's hash, a sealed TOTP seed, or a passkey's public key."""

    class Kind(models.TextChoices):
        PASSWORD = "password", "mot de passe"
        TOTP = "totp", "code à usage unique"
        PASSKEY = "passkey", "clé d’accès"

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="credentials")
    kind = models.TextField(choices=Kind)
    secret = models.BinaryField()
    key_id = models.BinaryField(null=True, unique=True)
    """The passkey's own id."""
    counter = models.BigIntegerField(default=0)
    """The last time step used of a TOTP, the signature counter of a passkey: neither goes back."""
    label = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["password", "totp", "passkey"]), name="signin_credential_kind"),
            models.CheckConstraint(condition=~Q(kind="passkey") | Q(key_id__isnull=False), name="signin_credential_passkey"),
            models.UniqueConstraint(fields=["account", "kind"], condition=~Q(kind="passkey"), name="signin_credential_once"),
        ]


class Attempt(models.Model):
    """How often something was tried lately: the brake on guessing. `key` is a SHA-256."""

    key = models.BinaryField(primary_key=True)
    started_at = models.DateTimeField()
    count = models.IntegerField()
