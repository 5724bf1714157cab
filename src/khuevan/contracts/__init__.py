"""What two sides agree on, as terms, as a signed paper and as a duty towards the State."""
