"""Papers valuations make."""
