"""What other apps may use from the directory.

Its models are the one exception: everybody may point to people and organisations.
"""

from .actions.privacy import read_personal_data
from .attempts import person_named
from .http import CityRequest
from .letterheads import head_of, letterhead, signature_of
from .machines import close_machine, open_machine
from .models import Appointment, Area, Organisation, Person, in_force
from .privacy import masked
from .queries import acting_in, find_organisations, find_people, holdings_of
from .rules import CITY_WIDE, Authority, Holding, OrganisationKind, Purpose, Role, Scope


__all__ = [
    "CITY_WIDE",
    "Appointment",
    "Area",
    "Authority",
    "CityRequest",
    "Holding",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Purpose",
    "Role",
    "Scope",
    "acting_in",
    "close_machine",
    "find_organisations",
    "find_people",
    "head_of",
    "holdings_of",
    "in_force",
    "letterhead",
    "masked",
    "open_machine",
    "person_named",
    "read_personal_data",
    "signature_of",
]
