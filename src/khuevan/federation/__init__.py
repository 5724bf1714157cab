"""Other exchanges: what they list is found and matched here, and gone with its origin."""
