"""Everything that changes the exchange. Nothing else writes these tables."""

from .auctioning import auction_listing, call_off_auction, declare_parties
from .finding import (
    answer_searches,
    forget_search,
    judge_match,
    save_search,
    set_alerts,
    tell_matches,
)
from .foreign import drop_listing, take_in_listing
from .importing import import_listings
from .listings import (
    draft_listing,
    edit_listing,
    end_nda,
    note_nda,
    renew_listing,
    revise_listing,
    submit_listing,
    withdraw_listing,
)
from .members import (
    describe_member,
    join_exchange,
    note_delivered,
    set_country,
    set_tier,
)
from .papers import attach_paper, keep_reading, remove_paper
from .reviewing import (
    check_listing,
    end_protection,
    hand_on_review,
    publish_listing,
    return_listing,
    verify_listing,
)
from .watch import (
    expire_listing,
    move_reviews,
    note_late,
    screen_again,
    take_off_unprotected,
    tell_expiring,
)


__all__ = [
    "answer_searches",
    "attach_paper",
    "auction_listing",
    "call_off_auction",
    "check_listing",
    "declare_parties",
    "describe_member",
    "draft_listing",
    "drop_listing",
    "edit_listing",
    "end_nda",
    "end_protection",
    "expire_listing",
    "forget_search",
    "hand_on_review",
    "import_listings",
    "join_exchange",
    "judge_match",
    "keep_reading",
    "move_reviews",
    "note_delivered",
    "note_late",
    "note_nda",
    "publish_listing",
    "remove_paper",
    "renew_listing",
    "return_listing",
    "revise_listing",
    "save_search",
    "screen_again",
    "set_alerts",
    "set_country",
    "set_tier",
    "submit_listing",
    "take_in_listing",
    "take_off_unprotected",
    "tell_expiring",
    "tell_matches",
    "verify_listing",
    "withdraw_listing",
]
