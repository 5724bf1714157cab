"""Rules of events: plain Python."""
