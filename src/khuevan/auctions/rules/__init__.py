"""What an auction is: its terms, its public audit, and who wins."""
