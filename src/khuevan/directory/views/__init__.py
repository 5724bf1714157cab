"""Pages of the directory: signing in, one's account, people, organisations."""
