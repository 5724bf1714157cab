"""Ratings, reflections and proposals without Django: codes, moves, clocks, groups."""
