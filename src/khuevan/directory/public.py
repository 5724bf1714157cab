"""What other apps may use from the directory.

Its models are the one exception: everybody may point to people and organisations.
"""

from .models import Appointment, Area, Organisation, Person
from .rules import Authority, Holding, OrganisationKind, Role


__all__ = [
    "Appointment",
    "Area",
    "Authority",
    "Holding",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Role",
]
