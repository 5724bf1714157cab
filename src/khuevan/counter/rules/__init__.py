"""The law of a dossier: states, clocks, supplements. Plain Python.

Sources: Decree 118/2025/NĐ-CP (one-stop), Circular 03/2025/TT-VPCP (forms),
Circular 04/2025/TT-VPCP (national statuses), Decree 224/2026/NĐ-CP.
"""
