"""The standalone verifier: accepts true proofs, refuses everything else."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from hypothesis import given, settings, strategies as st

from khuevan.journal import proofs, transparency

from .support import record_some


PATH = Path(__file__).parents[4] / "tools/verify_proof.py"
verifier = SimpleNamespace(**run_path(str(PATH)))


@pytest.fixture
def proof(db, feed_shows_this_transaction):
    numbers = record_some(5)
    call_command("journal", "seal", stdout=StringIO())
    call_command("journal", "witness", stdout=StringIO())
    return proofs.document_of(transparency.prove(numbers[2]), with_content=True)


def run(tmp_path, proof, *arguments):
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof) if isinstance(proof, dict) else proof)
    return subprocess.run(
        [sys.executable, "-I", "-S", PATH, file, *arguments],
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_true_proof_holds_without_the_platform(proof, tmp_path):
    witness = str(proofs.witness_here().key)
    done = run(tmp_path, proof, "--key", proof["keys"]["log"], "--witness", witness)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Fact {proof['number']} stands in the log at 2 of 5." in done.stdout
    assert "steering.task_reported" in done.stdout


def test_a_proof_without_content_holds_too(proof, tmp_path):
    del proof["content"]
    done = run(tmp_path, proof)
    assert done.returncode == 0
    assert "compare it with the published one" in done.stdout


def spoil_text(text):
    return text.replace("task_reported", "task_verified")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: p | {"content": spoil_text(p["content"])}, "does not match its hash"),
        (lambda p: p | {"number": 99_999}, "that of another fact"),
        (lambda p: p | {"index": 3}, "not in the tree"),
        (lambda p: p | {"size": 6}, "different trees"),
        (lambda p: p | {"path": p["path"][1:]}, "not in the tree"),
        (lambda p: p | {"checkpoint": p["checkpoint"].replace("\n5\n", "\n6\n")}, "not signed"),
    ],
)  # fmt: skip
def test_a_spoiled_proof_is_refused_with_the_reason(proof, tmp_path, spoil, said):
    done = run(tmp_path, spoil(proof))
    assert done.returncode == 1
    assert said in done.stdout


def test_another_key_is_refused(proof, tmp_path, settings):
    settings.JOURNAL_KEY_FILE = tmp_path / "another.key"
    done = run(tmp_path, proof, "--key", str(transparency.log_key()))
    assert done.returncode == 1
    assert "not signed by" in done.stdout


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"hash": "zz"}'])
def test_a_file_that_is_no_proof_is_said_to_be_none(text, tmp_path):
    done = run(tmp_path, text)
    assert done.returncode == 2
    assert "not a proof" in done.stderr


@given(
    st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511)
)
@settings(max_examples=15, deadline=None)
def test_the_readable_ed25519_agrees_with_the_library(seed, message, bit):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    spoiled = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    assert verifier.ed25519_verifies(public, message, signature)
    assert not verifier.ed25519_verifies(public, message, spoiled)
    assert not verifier.ed25519_verifies(public, message + b"x", signature)


def test_a_published_vector_of_rfc_8032_verifies():
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verifier.ed25519_verifies(
        bytes.fromhex(public), b"\x72", bytes.fromhex(signature)
    )
