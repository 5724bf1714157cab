"""The index of service quality and what lifts it. Plain Python."""
