"""Reading the exchange; what leaves it goes through `disclosing`."""
