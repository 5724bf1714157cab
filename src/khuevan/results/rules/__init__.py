"""The arithmetic of the funnel, in plain Python."""
