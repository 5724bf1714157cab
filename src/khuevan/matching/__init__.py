"""Search over offers and needs, and what of them fits together, with reasons."""
