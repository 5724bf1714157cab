"""The dossiers of July to November 2025, as the city's earlier systems handed them over.

1,243,294 dossiers at scale 1 (the count of the report of 14 November 2025), each with
its steps and its facts, written through COPY. They came from other systems, so their
counted columns (digitised, electronic result, paid online) are what those systems
reported, drawn so that the computed shares are the report's. People are invented.

`shares` holds what the report says and what is invented, `city` who works where,
`life` what happens to one dossier, `rows` its rows and facts, `writing` all of them.
"""

from .writing import write_past


__all__ = ["write_past"]
