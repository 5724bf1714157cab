"""Machines of organisations: how they sign in, what they may ask, and how often."""
