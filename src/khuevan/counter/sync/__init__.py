"""Telling the national portal of our dossiers: outbox, adapter, sender, comparison.

`reader` turns facts into messages, `sender` carries them outside any transaction,
`http_adapter` speaks to a portal, `sandbox` is a small portal of our own to try it on.
"""
