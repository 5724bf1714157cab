"""Plain rules of DTMarket: states, scores, trials, what is told in OCDS."""
