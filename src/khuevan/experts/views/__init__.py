"""Pages of the adviser pool."""
