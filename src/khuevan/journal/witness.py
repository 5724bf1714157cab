"""A witness: signs a checkpoint only if it extends the last one it saw.

It keeps its key and its memory in a folder, not in the database it watches, and
takes nothing but a checkpoint and a proof, so it can run elsewhere, for somebody
else.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from khuevan.platform.errors import N_, RuleBroken

from . import merkle
from .notes import COSIGNATURE, PublicKey, Signer, Tree, signed_by, signer_from, tree_in


@dataclass(frozen=True, slots=True)
class Witness:
    """A signer with a memory."""

    folder: Path
    name: str

    @property
    def signer(self) -> Signer:
        """Return the witness's own key."""
        return signer_from(self.folder / "witness.key", self.name)

    @property
    def key(self) -> PublicKey:
        """Return the public key its cosignatures are verified with."""
        return self.signer.public(COSIGNATURE)

    def last_seen(self, origin: str) -> Tree | None:
        """Return the last tree of a log that this witness signed."""
        path = self._memory(origin)
        return tree_in(path.read_text()) if path.exists() else None

    def cosign(
        self, note: str, log: PublicKey, proof: list[bytes], at: datetime
    ) -> str:
        """Return the cosignature of a checkpoint, or refuse it with the reason.

        `proof` leads from the last tree seen to this one. What is refused is not
        remembered.
        """
        if not signed_by(note, log):
            raise RuleBroken(N_("This checkpoint is not signed by the log."))
        tree = tree_in(note)
        seen = self.last_seen(tree.origin)
        if seen:
            _check_extends(seen, tree, proof)
        line = self.signer.cosign(str(tree), at)
        self._remember(tree.origin, note)
        return line

    def _memory(self, origin: str) -> Path:
        name = hashlib.sha256(origin.encode()).hexdigest()[:16]
        return self.folder / f"{name}.checkpoint"

    def _remember(self, origin: str, note: str) -> None:
        path = self._memory(origin)
        draft = path.with_suffix(".draft")
        with draft.open("w") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _check_extends(seen: Tree, tree: Tree, proof: list[bytes]) -> None:
    if tree.size < seen.size:
        raise RuleBroken(
            N_("The log went back from %(seen)d to %(size)d facts."),
            seen=seen.size,
            size=tree.size,
        )
    if not merkle.extends(seen.size, seen.root, tree.size, tree.root, proof):
        raise RuleBroken(
            N_("The log does not continue the one of %(seen)d facts seen before."),
            seen=seen.size,
        )
