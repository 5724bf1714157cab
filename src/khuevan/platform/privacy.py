"""What may be told of many without telling of one. Plain Python."""

SMALLEST_GROUP = 5
"""A group of fewer is told of to nobody: one could guess who they are. A guard of this
platform, not a rule of law."""
