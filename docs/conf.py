"""The handbook: MyST Markdown, built with warnings as errors and without a network."""

from __future__ import annotations


project = "Khuê Văn"
author = "the Khuê Văn authors"
copyright = "2026, the Khuê Văn authors"
language = "en"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
suppress_warnings = ["myst.xref_missing.external"]

html_theme = "furo"
html_title = "Khuê Văn"
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False
