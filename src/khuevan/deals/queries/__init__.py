"""Reading deals."""
