"""The receipt as PDF/A."""
