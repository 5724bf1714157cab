"""What deals keep."""

from .bargaining import Version
from .deals import Broker, Consent, Deal, Party, PriceConsent, Rating, Step, Survey
from .origin import StatePaper
from .performing import Decision, Loss, Milestone, RoyaltyReport
from .room import Meeting, Memorandum, Reading, RoomFile


__all__ = [
    "Broker",
    "Consent",
    "Deal",
    "Decision",
    "Loss",
    "Meeting",
    "Memorandum",
    "Milestone",
    "Party",
    "PriceConsent",
    "Rating",
    "Reading",
    "RoomFile",
    "RoyaltyReport",
    "StatePaper",
    "Step",
    "Survey",
    "Version",
]
