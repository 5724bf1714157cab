"""Papers deals hand out."""
