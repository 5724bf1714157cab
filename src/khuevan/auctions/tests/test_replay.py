"""A stranger replays the audit: the same winner and price; whatever was changed is found."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.auctions.queries import audit_of
from khuevan.auctions.rules.replay import Event, Kind, check_chain, hash_of, replay
from khuevan.auctions.rules.terms import Form
from khuevan.journal.public import log_key
from khuevan.platform.errors import RuleBroken

from .factories import RESERVE, START, STEP, make_cast


pytestmark = pytest.mark.django_db
TOOL = Path(__file__).parents[4] / "tools/replay_auction.py"


@pytest.fixture
def english(db):
    cast = make_cast()
    cast.open()
    receipts = [cast.bid(1, START), cast.bid(2, START + STEP), cast.bid(3, RESERVE)]
    cast.end()
    return audit_of(cast.auction), [receipt.note for receipt in receipts]


@pytest.fixture
def sealed(db):
    cast = make_cast(Form.SEALED)
    cast.open()
    receipts = [cast.seal(1, RESERVE), cast.seal(2, RESERVE)]
    cast.end()
    cast.tell(0, 2)
    return audit_of(cast.auction), [receipt.note for receipt in receipts]


def run(tmp_path, audit, receipts=(), key="", tool=TOOL):
    """Run the tool as a stranger does: Python alone, without the platform's packages."""
    file = tmp_path / "audit.json"
    file.write_text(json.dumps(audit))
    words = [sys.executable, "-I", "-S", str(tool), str(file)]
    for number, note in enumerate(receipts):
        (tmp_path / f"{number}.txt").write_text(note)
        words += ["--receipt", str(tmp_path / f"{number}.txt")]
    if key:
        words += ["--key", key]
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_stranger_finds_the_winner_and_the_price(english, sealed, tmp_path):
    key = str(log_key())
    code, said = run(tmp_path, *english, key)
    assert (code, f"Bidder 3 won at {RESERVE} dong (highest)." in said) == (0, True)
    assert said.count("stands in the audit.") == 3
    code, said = run(tmp_path, *sealed, key)
    assert (code, f"Bidder 1 won at {RESERVE} dong (earlier)." in said) == (0, True)


def test_the_tool_runs_alone_and_says_what_signatures_need(english, tmp_path):
    alone = Path(shutil.copy(TOOL, tmp_path / "replay.py"))
    told = subprocess.run([sys.executable, "-I", "-S", alone, "--help"], capture_output=True)  # fmt: skip
    assert told.returncode == 0
    code, said = run(tmp_path, *english, tool=alone)
    assert (code, said.count("signature not checked")) == (0, 3)
    code, said = run(tmp_path, *english, key=str(log_key()), tool=alone)
    assert (code, "put verify_proof.py beside" in said) == (2, True)
    shutil.copy(TOOL.with_name("verify_proof.py"), tmp_path)
    assert run(tmp_path, *english, key=str(log_key()), tool=alone)[0] == 0


def test_a_receipt_that_the_audit_does_not_have_is_told(english, tmp_path):
    audit, receipts = english
    other = make_cast()
    other.open()
    foreign = other.bid(1, START).note
    assert run(tmp_path, audit, [foreign])[0] == 1
    forged = receipts[0].replace(f"\n{START}\n", f"\n{START + 1}\n")
    code, said = run(tmp_path, audit, [forged])
    assert (code, "another bid" in said) == (1, True)
    # The text as it was, the signature of somebody else's.
    swapped = receipts[0].split("\n\n")[0] + "\n\n" + receipts[1].split("\n\n")[1]
    code, said = run(tmp_path, audit, [swapped], str(log_key()))
    assert (code, "not signed" in said) == (1, True)


def test_an_audit_made_anew_without_a_bid_does_not_fit_the_receipt(english, tmp_path):
    audit, receipts = english
    made = rechained(audit, [e for e in audit["events"] if e["kind"] != "decided" and '"bidder": 3' not in e["body"]])  # fmt: skip
    assert run(tmp_path, made)[0] == 0
    code, said = run(tmp_path, made, receipts)
    assert (code, "not in the audit" in said) == (1, True)


def test_what_is_no_audit_is_said_to_be_none(tmp_path):
    assert run(tmp_path, {"events": []})[0] == 2
    assert run(tmp_path, [])[0] == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_a_flipped_byte_is_found(english, sealed, data):
    audit = copy.deepcopy(data.draw(st.sampled_from([english[0], sealed[0]])))
    event = data.draw(st.sampled_from(audit["events"]))
    name = data.draw(st.sampled_from(["body", "hash", "previous", "kind", "at"]))
    raw = bytearray(str(event[name]).encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 6))
    changed = raw.decode(errors="replace")
    event[name] = int(changed) if name == "at" and changed.isdigit() else changed
    with pytest.raises(RuleBroken):
        check_chain(audit["auction"], [as_event(e) for e in audit["events"]])


@pytest.mark.parametrize("lost", range(1, 6))
def test_a_missing_event_is_found(english, lost):
    events = [as_event(e) for e in english[0]["events"]]
    with pytest.raises(RuleBroken, match="broken"):
        check_chain(english[0]["auction"], events[:lost] + events[lost + 1 :])


def lower(body):
    return body.replace(str(START + STEP), str(START + 1))


def late(event):
    return {**event, "at": json.loads(event["body"])["closes_at"]}


@pytest.mark.parametrize(
    "change",
    [
        lambda events: [e | {"body": lower(e["body"])} for e in events],
        lambda events: [late(e) if '"bidder": 3' in e["body"] and e["kind"] == "bid" else e for e in events],
        lambda events: [e for e in events if e["kind"] != "closed"],
        lambda events: [e for e in events if e["kind"] != "admitted"],
        lambda events: [e | {"body": e["body"].replace('"winner": 3', '"winner": 1')} for e in events],
        lambda events: [*events, events[5]],
    ],
    ids=["below the step", "late", "never closed", "never admitted", "another winner", "after the end"],
)  # fmt: skip
def test_whoever_chains_it_anew_must_still_keep_the_rules(english, tmp_path, change):
    audit = rechained(english[0], change(english[0]["events"]))
    events = [as_event(e) for e in audit["events"]]
    check_chain(audit["auction"], events)
    with pytest.raises(RuleBroken, match="could not have been accepted"):
        replay(audit["auction"], events)
    assert run(tmp_path, audit)[0] == 1


def as_event(told):
    kind = Kind(told["kind"]) if told["kind"] in list(Kind) else told["kind"]
    return Event(**told | {"kind": kind})


def rechained(audit, events):
    """What somebody with the whole database could make: a chain that holds."""
    before, made = "0" * 64, []
    for number, event in enumerate(events, 1):
        whole = hash_of(audit["auction"], number, event["at"], event["kind"], before, event["body"])  # fmt: skip
        made.append(event | {"number": number, "previous": before, "hash": whole})
        before = whole
    return audit | {"events": made}
