"""Pro Santé Connect as its clients see it.

Source: reference rules §6.1–6.2 (ansforge/PSC-POC, industriels.esante.gouv.fr); the paths are those of the real realm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulators.clients import PRO_SANTE_CONNECT
from simulators.oidc.service import Group, Paths, Wording
from simulators.people import People, Person, Professional

_REALM = "/psc/auth/realms/esante-wallet"
_OPENID = _REALM + "/protocol/openid-connect"
_PROFESSION = "1.2.250.1.213.1.1.5.5"
_SECTOR = "1.2.250.1.71.4.2.4"
_FEDERATION = "550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd"

EXERCICE_FIELDS = (
    "codeProfession",
    "codeCategorieProfessionnelle",
    "codeCiviliteDexercice",
    "nomDexercice",
    "prenomDexercice",
    "codeTypeSavoirFaire",
    "codeSavoirFaire",
)
ACTIVITY_FIELDS = (
    "codeModeExercice",
    "codeSecteurDactivite",
    "codeSectionPharmacien",
    "codeRole",
    "codeGenreActivite",
    "numeroSiretSite",
    "numeroSirenSite",
    "numeroFinessSite",
    "numeroFinessetablissementJuridique",
    "identifiantTechniqueDeLaStructure",
    "raisonSocialeSite",
    "enseigneCommercialeSite",
    "complementDestinataire",
    "complementPointGeographique",
    "numeroVoie",
    "indiceRepetitionVoie",
    "codeTypeDeVoie",
    "libelleVoie",
    "mentionDistribution",
    "bureauCedex",
    "codePostal",
    "codeCommune",
    "codePays",
    "telephone",
    "telephone2",
    "telecopie",
    "adresseEMail",
    "codeDepartement",
    "ancienIdentifiantDeLaStructure",
    "autoriteDenregistrement",
)


class ProSanteConnect:
    """Follows `oidc.service.Service`."""

    name = PRO_SANTE_CONNECT
    paths = Paths(
        issuer=_REALM,
        discovery=(_REALM + "/.well-known/wallet-openid-configuration", _REALM + "/.well-known/openid-configuration"),
        authorize="/psc/auth",
        pick="/psc/auth/choix",
        token=_OPENID + "/token",
        userinfo=_OPENID + "/userinfo",
        jwks=_OPENID + "/certs",
        introspection=_OPENID + "/token/introspect",
        logout=_OPENID + "/logout",
    )
    wording = Wording(
        name="Pro Santé Connect",
        density="comfortable",
        lead="À la place de votre carte CPS ou de votre e-CPS, choisissez le professionnel que vous voulez être."
        " Un appui suffit.",
    )
    levels = ("eidas1",)
    scopes = ("openid", "scope_all", "profile", "email", "identity", "offline_access")
    algorithm = "RS256"
    session_s = 4 * 3600
    subject_type = "public"
    refreshes = True
    userinfo_always_signed = False

    def groups(self, people: People, acr: str) -> Sequence[Group]:
        return [Group("Professionnels", [person for person in people.everyone if person.professional])]

    def subject(self, person: Person, client_id: str, secret: str) -> str:
        return f"f:{_FEDERATION}:{_professional(person).national_id}"

    def token_claims(self, person: Person) -> Mapping[str, Any]:
        national_id = self.userinfo(person, ())["SubjectNameID"]
        return {"preferred_username": national_id, "SubjectNameID": national_id}

    def userinfo(self, person: Person, scopes: Sequence[str]) -> Mapping[str, Any]:
        """Rules §6.2. The organisation told at top level is the one of the first activity; clients must let the person choose."""
        professional = _professional(person)
        exercices = [_exercice(entry, professional) for entry in professional.exercices]
        activity: Mapping[str, str] = next((activity for exercice in exercices for activity in exercice["activities"]), {})
        sector = activity.get("codeSecteurDactivite", "")
        claims: dict[str, Any] = {
            "Secteur_Activite": f"{sector}^{_SECTOR}" if sector else "",
            "email_verified": False,
            "SubjectOrganization": activity.get("raisonSocialeSite", ""),
            "Mode_Acces_Raison": "",
            "preferred_username": professional.national_id,
            "given_name": professional.given_name,
            "family_name": professional.family_name,
            "Acces_Regulation_Medicale": "VRAI" if professional.regulation else "FAUX",
            "UITVersion": "1.0",
            "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
            "SubjectRefPro": {"codeCivilite": professional.civility, "exercices": exercices},
            "SubjectOrganizationID": _organisation_id(activity),
            "SubjectRole": [f"{exercice['codeProfession']}^{_PROFESSION}" for exercice in exercices[:1]],
            "PSI_Locale": "1.2.250.1.213.1.3.1.1",
            "otherIds": [{"identifiant": professional.national_id, "origine": "RPPS", "qualite": 1}],
            "SubjectNameID": professional.national_id,
        }
        return {name: value for name, value in {**claims, **professional.claims}.items() if value is not None}


def _professional(person: Person) -> Professional:
    if person.professional is None:
        raise LookupError("not a professional")
    return person.professional


def _exercice(entry: Mapping[str, Any], professional: Professional) -> dict[str, Any]:
    defaults = {
        "codeCategorieProfessionnelle": "C",
        "codeCiviliteDexercice": professional.civility,
        "nomDexercice": professional.family_name,
        "prenomDexercice": professional.given_name,
    }
    exercice: dict[str, Any] = {name: entry.get(name, defaults.get(name, "")) for name in EXERCICE_FIELDS}
    exercice["activities"] = [
        {name: activity.get(name, "") for name in ACTIVITY_FIELDS} for activity in entry.get("activities", ())
    ]
    return exercice


def _organisation_id(activity: Mapping[str, str]) -> str:
    """IDNST: 1 and FINESS, 3 and SIRET, else 4 and RPPS-rang (the technical id without its letter). Source: TRE_G07."""
    finess, siret = activity.get("numeroFinessSite", ""), activity.get("numeroSiretSite", "")
    rank = activity.get("identifiantTechniqueDeLaStructure", "").removeprefix("R")
    if finess:
        return "1" + finess
    if siret:
        return "3" + siret
    return "4" + rank if rank else ""
