"""The committee's papers: `report` and `notice` compose them from what a query found,
`making` joins them with the writers of `platform.official`.
"""
