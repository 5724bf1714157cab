"""Auctions of a thing another app owns: terms, bids in one order, an audit to replay."""
