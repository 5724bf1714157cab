"""What the directory keeps: people and bodies, and who is signed in."""

from .core import (
    Appointment,
    Area,
    Dated,
    Mandate,
    Organisation,
    Person,
    Succession,
    in_force,
)
from .sign_in import Session, SignInAttempts, UsedPassword


__all__ = [
    "Appointment",
    "Area",
    "Dated",
    "Mandate",
    "Organisation",
    "Person",
    "Session",
    "SignInAttempts",
    "Succession",
    "UsedPassword",
    "in_force",
]
