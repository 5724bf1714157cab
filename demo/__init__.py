"""The demo city: its story told through the same actions people use.

People, firms and technologies are invented. The counts of 14 November 2025 and the
orders of that day are those of the reports in the press.
"""
