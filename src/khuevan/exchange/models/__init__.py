"""What the exchange keeps."""

from .auctioning import ListingAuction, MemberParty
from .changes import Change
from .finding import MatchTold, MatchWord, SavedSearch, SearchAnswer
from .foreign import Foreign
from .listings import Listing, ListingOwner, ListingPaper, NdaNote, Review, Step
from .members import Member
from .viewing import ViewDay, Viewer


__all__ = [
    "Change",
    "Foreign",
    "Listing",
    "ListingAuction",
    "ListingOwner",
    "ListingPaper",
    "MatchTold",
    "MatchWord",
    "Member",
    "MemberParty",
    "NdaNote",
    "Review",
    "SavedSearch",
    "SearchAnswer",
    "Step",
    "ViewDay",
    "Viewer",
]
