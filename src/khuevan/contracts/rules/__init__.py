"""Plain rules of contracts: terms, clauses, duties."""
