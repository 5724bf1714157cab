"""What other apps may use from the directory.

Its models are the one exception: everybody may point to people and organisations.
"""

from .http import CityRequest
from .models import Appointment, Area, Organisation, Person
from .queries import find_organisations
from .rules import Authority, Holding, OrganisationKind, Role


__all__ = [
    "Appointment",
    "Area",
    "Authority",
    "CityRequest",
    "Holding",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Role",
    "find_organisations",
]
