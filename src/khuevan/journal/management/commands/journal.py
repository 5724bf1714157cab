"""`khuevan journal …`: seal, witness, verify, prove, status, restrict."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from khuevan.journal import audit, feed, ledger, proofs, queries, transparency
from khuevan.journal.models import Cosignature
from khuevan.journal.notes import tree_in
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken


class Command(BaseCommand):
    help = "Seal, witness and verify the journal, prove a fact, restrict a role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        tasks.add_parser("seal", help="Put facts into the log and sign it")
        tasks.add_parser("witness", help="Cosign the latest checkpoint")
        tasks.add_parser("verify", help="Check everything; name what is broken")
        tasks.add_parser("status", help="Sizes, readers, partitions, keys")
        prove = tasks.add_parser("prove", help="Write the proof of a fact")
        prove.add_argument("number", type=int)
        prove.add_argument("-o", "--output", type=Path)
        restrict = tasks.add_parser("restrict", help="Let a role only add facts")
        restrict.add_argument("--role", required=True)

    def handle(self, *, task: str, **options: Any) -> None:
        getattr(self, task)(**options)

    def seal(self, **_: Any) -> None:
        sealed = transparency.seal()
        transparency.publish()
        size = transparency.tree_size()
        self.stdout.write(f"{sealed} facts sealed; the log has {size}.")

    def witness(self, **_: Any) -> None:
        checkpoint = transparency.latest_checkpoint()
        if checkpoint is None:
            raise CommandError("There is no checkpoint yet: run `journal seal`.")
        witness = proofs.witness_here()
        seen = witness.last_seen(tree_in(checkpoint.note).origin)
        old = seen.size if seen else 0
        proof = transparency.prove_extension(old, checkpoint.size)
        try:
            line = witness.cosign(
                checkpoint.note, transparency.log_key(), proof or [], clock.now()
            )
        except RuleBroken as refusal:
            raise CommandError(f"The witness refuses: {refusal}") from refusal
        Cosignature.objects.update_or_create(
            size=checkpoint.size, witness=witness.name, defaults={"line": line}
        )
        self.stdout.write(f"Cosigned at {checkpoint.size} facts by {witness.name}.")

    def verify(self, **_: Any) -> None:
        log = transparency.log_key()
        report = audit.verify(log, proofs.witness_here().last_seen(log.name))
        if report.first is None:
            self.stdout.write(
                f"{report.facts} facts, {report.leaves} leaves and"
                f" {report.checkpoints} checkpoints hold."
            )
            return
        for broken in sorted(report.breaks)[: audit.ENOUGH]:
            self.stderr.write(f"fact {broken.number} ({broken.subject}): {broken.what}")
        first = report.first
        raise CommandError(
            f"First broken: fact {first.number} ({first.subject}): {first.what}",
            returncode=1,
        )

    def prove(self, number: int, output: Path | None, **_: Any) -> None:
        proof = transparency.prove(number)
        if proof is None:
            raise CommandError(
                f"Fact {number} is not under a signed checkpoint: run `journal seal`,"
                " or check the number."
            )
        document = proofs.document_of(proof, with_content=True)
        text = json.dumps(document, ensure_ascii=False, indent=1)
        if output is None:
            self.stdout.write(text)
        else:
            output.write_text(text + "\n")

    def status(self, **_: Any) -> None:
        checkpoint = transparency.latest_checkpoint()
        signed = checkpoint.size if checkpoint else 0
        self.stdout.write(f"log {transparency.log_key()}")
        self.stdout.write(f"witness {proofs.witness_here().key}")
        self.stdout.write(f"leaves {transparency.tree_size()}, signed {signed}")
        for lag in feed.lag():
            self.stdout.write(
                f"reader {lag.reader}: {lag.facts} facts, {lag.seconds:.0f} s behind"
            )
        if made := ledger.prepare_partitions():
            self.stdout.write(f"made {made} partitions")
        if outside := queries.facts_outside_partitions():
            self.stderr.write(f"{outside} facts lie outside the monthly partitions")
        if queries.facts_of_another_server():
            self.stderr.write(
                "Some facts carry transactions this server has not reached, as after"
                " a logical restore: the feed waits. See the journal's explanation."
            )

    def restrict(self, role: str, **_: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT journal_restrict(%s)", [role])
        self.stdout.write(f"{role} may read the journal and add facts, nothing else.")
