"""Double-entry books: accounts, entries, holds."""
