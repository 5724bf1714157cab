"""The pool, the ties of those in it, and bookings with their minutes."""

from .bookings import (
    Booking,
    BookingQuerySet,
    Consultation,
    Minutes,
    MinutesPaper,
    Step,
)
from .pool import ACTING, Absence, Evidence, Expert, ExpertQuerySet, Interest, Rate


__all__ = [
    "ACTING",
    "Absence",
    "Booking",
    "BookingQuerySet",
    "Consultation",
    "Evidence",
    "Expert",
    "ExpertQuerySet",
    "Interest",
    "Minutes",
    "MinutesPaper",
    "Rate",
    "Step",
]
