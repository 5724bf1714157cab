"""What feedback keeps."""

from .petitions import (
    FollowAttempts,
    Petition,
    PetitionClock,
    PetitionFile,
    Reaction,
    Step,
)
from .ratings import Rating, RatingLink


__all__ = [
    "FollowAttempts",
    "Petition",
    "PetitionClock",
    "PetitionFile",
    "Rating",
    "RatingLink",
    "Reaction",
    "Step",
]
