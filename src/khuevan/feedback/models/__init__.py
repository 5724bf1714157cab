"""What feedback keeps."""

from .petitions import (
    Petition,
    PetitionClock,
    PetitionFile,
    Reaction,
    Step,
)
from .ratings import Rating, RatingLink


__all__ = [
    "Petition",
    "PetitionClock",
    "PetitionFile",
    "Rating",
    "RatingLink",
    "Reaction",
    "Step",
]
