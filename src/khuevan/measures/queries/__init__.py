"""What the pages of measures read."""
