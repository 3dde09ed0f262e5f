"""The kinds of agency in a partnership, and the three with the statutory duty."""

from enum import StrEnum


class AgencyType(StrEnum):
    """What an agency is; some roles may be held at some types only."""

    COUNCIL = "council"
    ICB = "icb"
    POLICE = "police"
    SCHOOL_MAINTAINED = "school_maintained"
    ACADEMY = "academy"
    INDEPENDENT_SCHOOL = "independent_school"
    SPECIAL_OR_ALTERNATIVE = "special_or_alternative"
    COLLEGE = "college"
    EARLY_YEARS = "early_years"
    ACUTE_TRUST = "acute_trust"
    COMMUNITY_MENTAL_HEALTH_TRUST = "community_mental_health_trust"
    COMMUNITY_HEALTH = "community_health"
    GP = "gp"
    AMBULANCE = "ambulance"
    NHS_ENGLAND = "nhs_england"
    PHARMACY_DENTAL_OPTICAL = "pharmacy_dental_optical"
    PUBLIC_HEALTH = "public_health"
    PROBATION = "probation"
    YOUTH_JUSTICE = "youth_justice"
    PRISON = "prison"
    CAFCASS = "cafcass"
    FIRE = "fire"
    HOUSING = "housing"
    ADULT_SERVICES = "adult_services"
    VOLUNTARY = "voluntary"
    FAITH = "faith"
    SPORT_LEISURE = "sport_leisure"
    FOSTERING_AGENCY = "fostering_agency"
    ADOPTION_SERVICE = "adoption_service"
    CHILDRENS_HOME = "childrens_home"
    TRANSPORT_POLICE = "transport_police"
    PCC = "pcc"
    HIGHER_EDUCATION_OR_TRAINING = "higher_education_or_training"
    PRIVATE_PROVIDER = "private_provider"
    COMMISSIONED_SERVICE = "commissioned_service"
    INSPECTORATE = "inspectorate"
    INDEPENDENT = "independent"
    OTHER_AREA = "other_area"


STATUTORY = frozenset({AgencyType.COUNCIL, AgencyType.ICB, AgencyType.POLICE})
HEALTH_WITHOUT_CONTACT = frozenset({AgencyType.GP, AgencyType.PHARMACY_DENTAL_OPTICAL})
EDUCATION = frozenset(
    {
        AgencyType.SCHOOL_MAINTAINED,
        AgencyType.ACADEMY,
        AgencyType.INDEPENDENT_SCHOOL,
        AgencyType.SPECIAL_OR_ALTERNATIVE,
        AgencyType.COLLEGE,
        AgencyType.EARLY_YEARS,
    }
)
EVERY = frozenset(AgencyType)
