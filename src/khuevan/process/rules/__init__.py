"""Processes as graphs, and how tokens move through them. Plain Python.

The engine of the counter: a declared subset of BPMN 2.0 (OMG formal/2011-01-03).
Nothing here knows a dossier, a database or a clock.
"""
