"""The technology exchange's deals: from asking for contact to a delivered, paid, closed deal."""
