"""The papers the counter issues: forms 01–07, and results.

The exact wording of the circular's forms is not public in a form we could copy: they
are laid out from the fields it names (docs/explanation/counter-papers.md). They are papers of law and
therefore Vietnamese, whoever reads them.
"""
