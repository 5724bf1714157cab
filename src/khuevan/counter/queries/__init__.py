"""What pages and machines read of the counter."""
