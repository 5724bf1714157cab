"""Signed notes: checkpoints and cosignatures as C2SP writes them.

A note is a text, an empty line and signature lines `— name base64`. The bytes of a
signature are four of the key's id and then the signature itself; a cosignature
has eight bytes of time between (c2sp.org/signed-note, tlog-checkpoint,
tlog-cosignature).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from khuevan.platform.errors import Unavailable


SIGNATURE = b"\x01"
COSIGNATURE = b"\x04"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Who signs, with which key, in which way (`SIGNATURE` or `COSIGNATURE`)."""

    name: str
    algorithm: bytes
    raw: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that mark this key's signatures."""
        named = self.name.encode() + b"\n" + self.algorithm + self.raw
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(self.algorithm + self.raw).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    def verifies(self, text: str, blob: bytes) -> bool:
        """Tell whether a signature line's bytes are this key's, over this text."""
        if blob[:4] != self.id:
            return False
        signed, signature = text.encode(), blob[4:]
        if self.algorithm == COSIGNATURE:
            seconds = int.from_bytes(blob[4:12], "big")
            signed, signature = _cosigned(text, seconds), blob[12:]
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, signed)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name it signs under."""

    name: str
    key: Ed25519PrivateKey

    def public(self, algorithm: bytes = SIGNATURE) -> PublicKey:
        """Return what others need to verify."""
        raw = self.key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return PublicKey(self.name, algorithm, raw)

    def sign(self, text: str) -> str:
        """Return the signature line for a note's text."""
        return _line(self.name, self.public().id + self.key.sign(text.encode()))

    def cosign(self, text: str, at: datetime) -> str:
        """Return a cosignature line: seen by this witness at this time."""
        seconds = int(at.timestamp())
        signature = self.key.sign(_cosigned(text, seconds))
        key_id = self.public(COSIGNATURE).id
        return _line(self.name, key_id + seconds.to_bytes(8, "big") + signature)


@dataclass(frozen=True, slots=True)
class Tree:
    """What a checkpoint says: whose log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def note_of(text: str, *lines: str) -> str:
    """Return a note of a text and its signature lines."""
    return text + "\n" + "".join(lines)


def tree_in(note: str) -> Tree:
    """Return what a checkpoint says; ValueError where it is not one."""
    origin, size, encoded, *_ = note.split("\n\n")[0].split("\n")
    return Tree(origin, int(size), base64.b64decode(encoded, validate=True))


def signed_by(note: str, key: PublicKey) -> bool:
    """Tell whether a note carries a true signature of a key."""
    text, separator, lines = note.partition("\n\n")
    text += "\n"
    for line in lines.splitlines() if separator else []:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or name != key.name:
            continue
        try:
            blob = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
        if key.verifies(text, blob):
            return True
    return False


def signer_from(path: Path, name: str) -> Signer:
    """Return the signer whose key a file keeps; made there at the first use.

    The file holds the 32 bytes of the seed in base64 and only its owner reads it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(path, base64.b64encode(os.urandom(32)) + b"\n")
    try:
        seed = base64.b64decode(path.read_bytes().strip(), validate=True)
        return Signer(name, Ed25519PrivateKey.from_private_bytes(seed))
    except ValueError as error:
        raise Unavailable(f"{path} does not hold a key: 32 bytes in base64.") from error


def _write_new(path: Path, content: bytes) -> None:
    """Whole or not at all, and the first of two processes wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(name: str, blob: bytes) -> str:
    return f"— {name} {base64.b64encode(blob).decode()}\n"
