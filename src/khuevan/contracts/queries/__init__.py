"""Reading contracts: how they stand, what pages show, whether a file is real."""
