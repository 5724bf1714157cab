"""Proofs as files: what `khuevan journal prove` writes and a verifier reads."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .queries import facts_about
from .transparency import Proof, log_key, prove_each
from .witness import Witness


def witness_here() -> Witness:
    """Return the witness this installation runs beside itself."""
    return Witness(settings.JOURNAL_WITNESS_FOLDER, settings.JOURNAL_WITNESS_NAME)


def document_of(proof: Proof, *, with_content: bool) -> dict[str, Any]:
    """Return a proof as JSON; without its content it shows only that the fact stands."""
    document: dict[str, Any] = {
        "format": "khuevan-proof/1",
        "number": proof.number,
        "hash": proof.hash.hex(),
        "index": proof.index,
        "size": proof.size,
        "path": [step.hex() for step in proof.path],
        "checkpoint": proof.checkpoint,
        "keys": {"log": str(log_key())},
    }
    if with_content:
        document["content"] = proof.content
    return document


def document_about(subject: str) -> dict[str, Any]:
    """Return every fact about a thing with its content and proof, as JSON.

    `waiting` names the facts that are not under a signed checkpoint yet.
    """
    numbers = [fact.number for fact in facts_about(subject)]
    found = prove_each(numbers)
    held = {proof.number for proof in found}
    return {
        "format": "khuevan-proofs/1",
        "subject": subject,
        "keys": {"log": str(log_key())},
        "waiting": [number for number in numbers if number not in held],
        "proofs": [document_of(proof, with_content=True) for proof in found],
    }
