"""Reading feedback."""
