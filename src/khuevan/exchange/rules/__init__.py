"""What the technology exchange goes by: plain Python, without a database or a clock."""
