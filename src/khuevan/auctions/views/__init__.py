"""Pages of auctions: for whoever watches, for bidders, for the keeper."""
