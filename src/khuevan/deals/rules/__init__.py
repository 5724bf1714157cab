"""What holds for deals, whoever acts: plain Python."""
