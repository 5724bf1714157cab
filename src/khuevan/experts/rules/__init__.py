"""Rules of the adviser pool: plain Python."""
