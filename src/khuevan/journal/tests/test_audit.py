"""Tampering as somebody with the disk: every way is found and named."""

import base64
import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from khuevan.journal import audit, merkle, proofs, transparency
from khuevan.journal.models import Checkpoint, Leaf, Tile
from khuevan.journal.notes import Tree, note_of, signed_by, tree_in
from khuevan.journal.rules import GENESIS, Link, hash_of
from khuevan.platform.errors import Unavailable

from .support import record_some, subject, superuser


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


@pytest.fixture
def one():
    return subject()


@pytest.fixture
def numbers(one):
    """Ten facts in the log: five of one subject between five of others."""
    found = []
    for _ in range(5):
        found += record_some(1, about=one) + record_some(1)
    seal()
    return found


def seal():
    call_command("journal", "seal", stdout=StringIO())


def witness():
    call_command("journal", "witness", stdout=StringIO())


def first_break():
    log = transparency.log_key()
    return audit.verify(log, proofs.witness_here().last_seen(log.name)).first


def tamper(statement, *params):
    with superuser() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount > 0


def rechain(about):
    """Recompute a chain and its head, as a careful forger does."""
    with superuser() as cursor:
        cursor.execute(
            f"SELECT {transparency.LINK_COLUMNS} FROM journal_fact f"
            " WHERE subject = %s ORDER BY position",
            [about],
        )
        before = GENESIS
        for row in cursor.fetchall():
            link = transparency.link_from(row)
            link = Link(*[getattr(link, name) for name in Link.__slots__[:9]], before,
                        link.figures, b"")  # fmt: skip
            forged = hash_of(link)
            cursor.execute(
                "UPDATE journal_fact SET previous = %s, hash = %s WHERE number = %s",
                [before, forged, link.number],
            )
            before = forged
        cursor.execute(
            "UPDATE journal_head SET position = %s, hash = %s WHERE subject = %s",
            [link.position, before, about],
        )


def rebuild_log():
    """Make leaves and tiles fit the facts again."""
    with superuser() as cursor:
        cursor.execute(
            "UPDATE journal_leaf l SET hash = f.hash FROM journal_fact f"
            " WHERE f.number = l.number"
        )
    Tile.objects.all().delete()
    hashes = Leaf.objects.order_by("index").values_list("hash", flat=True)
    transparency.Tiles().append([merkle.leaf_hash(bytes(h)) for h in hashes], 0)


def resign():
    """Sign the present tree anew, as somebody with the log's key can."""
    Checkpoint.objects.all().delete()
    transparency.publish()


def test_an_untouched_journal_holds(numbers):
    witness()
    assert first_break() is None
    out = StringIO()
    call_command("journal", "verify", stdout=out)
    assert out.getvalue() == "10 facts, 10 leaves and 1 checkpoints hold.\n"


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'a.b_d'",
        "actor = NULL",
        "organisation = 'directory.organisation:9'",
        "occurred_at = occurred_at - interval '1 microsecond'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "figures = '{\"step\": 1}'",
        "transaction = '7'",
        "previous = sha256('x')",
        "hash = sha256('x')",
    ],
)
def test_a_changed_field_is_found(numbers, one, change):
    tamper(f"UPDATE journal_fact SET {change} WHERE number = %s", numbers[4])
    found = first_break()
    assert (found.number, found.subject) == (numbers[4], one)


def test_a_changed_number_is_found(numbers):
    tamper(
        "UPDATE journal_fact SET number = number + 900 WHERE number = %s", numbers[4]
    )
    assert first_break().number == numbers[4]


def test_a_changed_subject_is_found(numbers, one):
    tamper("UPDATE journal_fact SET subject = 'a.b:1' WHERE number = %s", numbers[4])
    found = first_break()
    assert (found.number, found.subject) == (numbers[4], "a.b:1")


def test_a_changed_position_is_found(numbers, one):
    tamper("UPDATE journal_fact SET position = 9 WHERE number = %s", numbers[4])
    found = first_break()
    assert (found.number, found.subject) == (numbers[4], one)
    assert found.what == "stands at position 9 where 6 should follow"


def test_two_facts_that_changed_places_are_found(numbers, one):
    tamper(
        "UPDATE journal_fact SET position = 5 - position WHERE number IN (%s, %s)",
        numbers[2],
        numbers[4],
    )
    found = first_break()
    assert (found.number, found.subject) == (numbers[2], one)


def test_a_cut_tail_is_found(numbers, one):
    tamper("DELETE FROM journal_fact WHERE number = %s", numbers[8])
    found = first_break()
    assert found.number in {numbers[6], numbers[8]}
    assert "the chain ends here, but had 5 facts" in found.what


def test_a_tail_cut_with_its_head_is_found(numbers, one):
    tamper("DELETE FROM journal_fact WHERE number = %s", numbers[8])
    rechain(one)
    found = first_break()
    assert (found.number, found.what) == (
        numbers[8],
        "stands in the log, but the fact is gone",
    )


def test_a_tail_cut_with_its_leaves_is_found(numbers, one):
    tamper("DELETE FROM journal_fact WHERE number >= %s", numbers[8])
    tamper(
        "DELETE FROM journal_head WHERE first_recorded_at > (SELECT max(recorded_at) FROM journal_fact)"
    )
    rechain(one)
    tamper("DELETE FROM journal_leaf WHERE number >= %s", numbers[8])
    rebuild_log()
    found = first_break()
    assert found.number == numbers[7]
    assert found.what == "the log ends here, but 10 facts were signed"


def test_a_tail_cut_with_everything_is_found_by_the_witness(numbers, one):
    witness()
    tamper("DELETE FROM journal_fact WHERE number >= %s", numbers[8])
    tamper(
        "DELETE FROM journal_head WHERE first_recorded_at > (SELECT max(recorded_at) FROM journal_fact)"
    )
    rechain(one)
    tamper("DELETE FROM journal_leaf WHERE number >= %s", numbers[8])
    rebuild_log()
    resign()
    assert first_break().what == "the log ends here, but a witness saw 10 facts"


def test_a_chain_that_vanished_is_found(numbers, one):
    tamper("DELETE FROM journal_fact WHERE subject = %s", one)
    found = first_break()
    assert (found.subject, found.what) == (one, "all 5 facts of its chain are gone")


def test_a_rewritten_chain_is_found_by_the_log(numbers, one):
    tamper("UPDATE journal_fact SET kind = 'a.b_d' WHERE number = %s", numbers[4])
    rechain(one)
    found = first_break()
    assert (found.number, found.what) == (
        numbers[4],
        "its hash is not the one in the log",
    )


def test_a_rewritten_log_is_found_by_the_checkpoint(numbers, one):
    later = record_some(1, about=one)
    seal()
    transparency.publish()
    tamper("UPDATE journal_fact SET kind = 'a.b_d' WHERE number = %s", later[0])
    rechain(one)
    rebuild_log()
    found = first_break()
    assert (found.number, found.subject) == (later[0], one)
    assert "is not the checkpoint of 11 facts" in found.what


def test_a_rewritten_and_resigned_history_is_found_by_the_witness(numbers, one):
    witness()
    tamper("UPDATE journal_fact SET kind = 'a.b_d' WHERE number = %s", numbers[4])
    rechain(one)
    rebuild_log()
    resign()
    found = first_break()
    assert found.number <= numbers[4]
    assert "is not what a witness saw at 10 facts" in found.what


def test_a_fact_slipped_in_behind_the_sealer_is_found(numbers, one):
    (new,) = record_some(1)
    tamper("UPDATE journal_fact SET transaction = '3' WHERE number = %s", new)
    found = first_break()
    assert found.number == new


def test_a_spoiled_tile_is_found(numbers):
    tile = Tile.objects.get()
    tile.hashes = bytes(32) + bytes(tile.hashes)[32:]
    tile.save()
    assert first_break().what == "tile 0 of level 0 is not the tree's"


def test_a_checkpoint_signed_by_another_is_found(numbers, settings):
    settings.JOURNAL_KEY_FILE = settings.JOURNAL_KEY_FILE.with_name("other.key")
    assert "is not signed by the log" in first_break().what


def test_verify_names_the_first_broken_fact_and_fails(numbers, one):
    tamper("UPDATE journal_fact SET kind = 'a.b_d' WHERE number >= %s", numbers[4])
    with pytest.raises(CommandError, match=f"First broken: fact {numbers[4]}") as end:
        call_command("journal", "verify", stdout=StringIO(), stderr=StringIO())
    assert end.value.returncode == 1


def test_the_tree_outgrows_one_tile():
    record_some(3)
    seal()
    numbers = record_some(600)
    seal()
    transparency.publish()
    assert Tile.objects.filter(level=1).count() == 1
    assert first_break() is None
    for number in (*numbers[250:260], numbers[-1]):
        proof = transparency.prove(number)
        root = tree_in(proof.checkpoint).root
        leaf = merkle.leaf_hash(proof.hash)
        assert merkle.includes(leaf, proof.index, 603, proof.path, root)


def test_proofs_take_few_queries(numbers, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert transparency.prove(numbers[0]).size == 10


def test_a_fact_not_yet_signed_has_no_proof(numbers):
    (new,) = record_some(1)
    assert transparency.prove(new) is None
    with pytest.raises(CommandError, match="not under a signed checkpoint"):
        call_command("journal", "prove", new)


def test_the_sealer_signs_at_most_once_a_minute(numbers):
    record_some(1)
    assert transparency.seal() == 1
    assert Checkpoint.objects.count() == 1
    Checkpoint.objects.update(signed_at="2020-01-01T00:00:00Z")
    assert transparency.seal() == 0
    assert transparency.latest_checkpoint().size == 11


def test_the_witness_refuses_a_fork(numbers, one):
    witness()
    tamper("UPDATE journal_fact SET kind = 'a.b_d' WHERE number = %s", numbers[4])
    rechain(one)
    rebuild_log()
    record_some(1)
    seal()
    resign()
    before = proofs.witness_here().last_seen(transparency.log_key().name)
    with pytest.raises(CommandError, match="does not continue the one of 10"):
        witness()
    assert proofs.witness_here().last_seen(before.origin) == before


def test_the_witness_refuses_to_go_back(numbers):
    note = transparency.latest_checkpoint().note
    record_some(1)
    seal()
    transparency.publish()
    witness()
    log = transparency.log_signer()
    here = proofs.witness_here()
    with pytest.raises(Exception, match="went back from 11 to 10"):
        here.cosign(note, log.public(), [], Checkpoint.objects.first().signed_at)


def test_the_witness_refuses_what_the_log_did_not_sign(numbers):
    text = str(Tree(transparency.log_key().name, 10, bytes(32)))
    here = proofs.witness_here()
    note = note_of(text, here.signer.sign(text))
    with pytest.raises(Exception, match="not signed by the log"):
        here.cosign(
            note, transparency.log_key(), [], Checkpoint.objects.first().signed_at
        )
    assert here.last_seen(transparency.log_key().name) is None


def test_a_cosigned_checkpoint_carries_both_signatures(numbers):
    witness()
    note = transparency.cosigned(transparency.latest_checkpoint())
    assert signed_by(note, transparency.log_key())
    assert signed_by(note, proofs.witness_here().key)
    spoiled = note.replace("\n10\n", "\n11\n")
    assert not signed_by(spoiled, transparency.log_key())
    assert not signed_by(spoiled, proofs.witness_here().key)


def test_keys_are_kept_for_their_owner_only(numbers, settings):
    kept = transparency.log_key()
    assert settings.JOURNAL_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert transparency.log_key() == kept
    name, key_id, encoded = str(kept).split("+", 2)
    raw = base64.b64decode(encoded)
    assert raw[:1] == b"\x01"
    assert hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == key_id


def test_status_shows_keys_readers_and_sizes(numbers):
    out = StringIO()
    call_command("journal", "status", stdout=out)
    assert "leaves 10, signed 10" in out.getvalue()
    assert "reader journal.sealer: 0 facts" in out.getvalue()


def test_restrict_is_a_command(numbers):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE journal_test_application")
    out = StringIO()
    call_command(
        "journal", "restrict", "--role", "journal_test_application", stdout=out
    )
    assert "journal_test_application may read" in out.getvalue()


def test_a_proof_is_written_as_json(numbers, tmp_path):
    target = tmp_path / "proof.json"
    call_command("journal", "prove", numbers[3], "-o", target)
    proof = json.loads(target.read_text())
    assert proof["number"] == numbers[3]
    assert proof["content"].startswith(f"khuevan-fact/1\n{numbers[3]}\n")


def test_a_number_given_twice_is_found(numbers, one):
    tamper(
        "INSERT INTO journal_fact SELECT number, kind, 'a.b:1', actor, organisation,"
        " occurred_at, recorded_at + interval '1 second', figures, position, previous,"
        " hash, transaction FROM journal_fact WHERE number = %s",
        numbers[0],
    )
    assert first_break().number == numbers[0]


def test_a_head_that_vanished_is_found(numbers, one):
    tamper("DELETE FROM journal_head WHERE subject = %s", one)
    found = first_break()
    assert (found.number, found.what) == (numbers[8], "the head of its chain is gone")


def test_a_leaf_out_of_its_place_is_found(numbers):
    tamper("DELETE FROM journal_leaf WHERE index = 3")
    assert first_break().number in {numbers[3], numbers[4]}


def test_a_witness_needs_a_checkpoint(db):
    with pytest.raises(CommandError, match="no checkpoint yet"):
        witness()


def test_a_file_that_is_no_key_is_named(settings):
    settings.JOURNAL_KEY_FILE.parent.mkdir()
    settings.JOURNAL_KEY_FILE.write_text("not a key")
    with pytest.raises(Unavailable, match="does not hold a key"):
        transparency.log_key()
