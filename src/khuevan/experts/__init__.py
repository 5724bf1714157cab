"""The adviser pool: who may be asked, without whose interests, and what came of it."""
