"""What the exchange brought about: the funnel, targets, the monthly report, track records."""
