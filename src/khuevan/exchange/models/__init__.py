"""What the exchange keeps."""

from .finding import MatchTold, MatchWord, SavedSearch, SearchAnswer
from .listings import Listing, ListingOwner, ListingPaper, NdaNote, Review, Step
from .members import Member


__all__ = [
    "Listing",
    "ListingOwner",
    "ListingPaper",
    "MatchTold",
    "MatchWord",
    "Member",
    "NdaNote",
    "Review",
    "SavedSearch",
    "SearchAnswer",
    "Step",
]
