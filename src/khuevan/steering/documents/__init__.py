"""Administrative documents: one neutral form, written as a page, as .docx and as PDF/A.

`form` says what a document is made of, `report` and `notice` compose one from what a
query found, `as_docx` and `as_pdf` write it down; `making` puts the three together.
"""
