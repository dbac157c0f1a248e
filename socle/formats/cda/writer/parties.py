"""Short ways to state who a header speaks of, as the values that the reader gives back."""

from __future__ import annotations

from datetime import date, datetime

from socle.clock import PARIS
from socle.formats.cda.datatypes import moment_of
from socle.formats.cda.header import Organization, Party, Patient
from socle.formats.cda.values import NO_ADDRESS, NO_CODE, Address, Code, Identifier, Moment, Name, NamePart
from socle.formats.identifiers.professional import IDNPS_OID
from socle.formats.identifiers.structure import IDNST_OID

MEDECIN_TRAITANT = Code("PCP", "2.16.840.1.113883.5.88", "Médecin Traitant")
_SETTINGS = "1.2.250.1.213.1.1.4.9"
_KINSHIPS = "2.16.840.1.113883.5.111"


def moment(value: date | datetime) -> Moment:
    """To the second for a datetime (aware), to the day for a date."""
    found = moment_of(
        value.astimezone(PARIS).strftime("%Y%m%d%H%M%S%z") if isinstance(value, datetime) else value.strftime("%Y%m%d")
    )
    assert found is not None
    return found


def patient(
    ins: Identifier | None,
    *,
    birth_name: str,
    first_given: str,
    given_names: str = "",
    used_name: str = "",
    used_given: str = "",
    birth_on: date,
    sex: str,
    birthplace_code: str,
    birthplace: str = "",
    other_ids: tuple[Identifier, ...] = (),
    address: Address = NO_ADDRESS,
    telecoms: tuple[str, ...] = (),
    guardians: tuple[Party, ...] = (),
) -> Patient:
    """The identity of a record target as RNIV asks: names by qualifier, all given names without one.

    `birth_name` and given names in storage form (capitals, no accent); `sex` is M, F or UN.
    """
    families = [NamePart(birth_name, "BR")]
    givens = [NamePart(given_names or first_given), NamePart(first_given, "BR")]
    if used_name:
        families.append(NamePart(used_name, "CL"))
    if used_given:
        givens.append(NamePart(used_given, "CL"))
    return Patient(
        ids=((ins,) if ins else ()) + other_ids,
        name=Name(tuple(families), tuple(givens)),
        birth_on=moment(birth_on),
        sex=sex,
        birth_place=birthplace,
        birth_address=Address(city=birthplace, commune_code=birthplace_code),
        address=address,
        telecoms=telecoms,
        guardians=guardians,
    )


def organization(
    idnst: str,
    name: str,
    *,
    setting: tuple[str, str] | None = None,
    address: Address = NO_ADDRESS,
    telecoms: tuple[str, ...] = (),
) -> Organization:
    """A structure; `setting` is the code and label of its practice setting."""
    return Organization(
        ids=(Identifier(IDNST_OID, idnst),),
        name=name,
        practice_setting=Code(setting[0], _SETTINGS, setting[1]) if setting else NO_CODE,
        telecoms=telecoms,
        address=address,
    )


def professional(
    idnps: str,
    *,
    family: str,
    given: str,
    profession: Code,
    prefix: str = "",
    suffix: str = "",
    organization: Organization | None = None,
    address: Address = NO_ADDRESS,
    telecoms: tuple[str, ...] = (),
) -> Party:
    """A professional; `profession` carries profession and specialty (`G15_10/SM26`)."""
    return Party(
        ids=(Identifier(IDNPS_OID, idnps),),
        name=Name((NamePart(family),), (NamePart(given),), prefix, suffix),
        code=profession,
        organization=organization,
        address=address or (organization.address if organization else NO_ADDRESS),
        telecoms=telecoms or (organization.telecoms if organization else ()),
    )


def relative(role: str, kinship: tuple[str, str], family: str, given: str, telecoms: tuple[str, ...] = ()) -> Party:
    """A relative of the patient; `role` is ECON (to be told in an emergency), NOK (trusted person) or GUARD."""
    return Party(
        name=Name((NamePart(family),), (NamePart(given),)),
        code=Code(kinship[0], _KINSHIPS, kinship[1]),
        role=role,
        telecoms=telecoms,
    )
