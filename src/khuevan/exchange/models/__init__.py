"""What the exchange keeps."""

from .listings import Listing, ListingOwner, ListingPaper, NdaNote, Review, Step
from .members import Member


__all__ = [
    "Listing",
    "ListingOwner",
    "ListingPaper",
    "Member",
    "NdaNote",
    "Review",
    "Step",
]
