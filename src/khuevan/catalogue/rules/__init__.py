"""What a procedure is, and what may be published. Plain Python."""
