"""DTMarket, the market of problems: a body says what must get better, solutions are tried on it."""
