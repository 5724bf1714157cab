"""Papers of contracts: the PDF both sides sign, and its structured copies."""
