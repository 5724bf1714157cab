"""Administrative documents: one neutral form, written as a page, as .docx and as PDF/A.

`form` says what a document is made of; an app composes one; `as_docx` and `as_pdf`
write it down, and the template `platform/official.html` shows it as a page.
"""
