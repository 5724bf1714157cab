"""A server is killed in the closing second: no acknowledged bid is lost, one wins.

Either PostgreSQL or every process of the application that takes bids. The processes die,
the machine does not: what the kernel was given survives. That the kernel is told to write
through to the disk is `fsync`, on in this server.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
BIDDERS = 4
LASTS = 8
"""Seconds of bidding; everybody was started before."""
SOURCES = Path(__file__).parents[3]

PREPARE = """
import json, sys, django
django.setup()
from datetime import timedelta
from khuevan.auctions.queries import database_now
from khuevan.auctions.tests.factories import RESERVE, START, make_cast
opens_at = database_now() + timedelta(seconds=4)
cast = make_cast(
    bidders=int(sys.argv[1]), opens_at=opens_at, window=0, step=1, reserve=START,
    closes_at=opens_at + timedelta(seconds=int(sys.argv[2])),
)
print(json.dumps({
    "code": cast.auction.code, "people": [str(p.pk) for p in cast.people],
    "closes_at": cast.closes_at.timestamp(),
}))
"""

# Waits for the auction to be told, then bids again and again, each bid under its own key
# until somebody answers it; prints every receipt it was given, and ends when it is told
# that bidding is over.
BIDDER = """
import json, sys, time, django
django.setup()
from pathlib import Path
from django.db import DatabaseError, InterfaceError, connection
from khuevan.auctions import actions
from khuevan.auctions.models import Auction
from khuevan.directory.models import Person
from khuevan.platform.errors import RuleBroken
folder, number = Path(sys.argv[1]), int(sys.argv[2])
(folder / f"ready-{number}").touch()
while not (folder / "told.json").exists():
    time.sleep(0.05)
told = json.loads((folder / "told.json").read_text())
code, who, turn, asked = told["code"], told["people"][number], 0, None
while True:
    try:
        auction = Auction.objects.get(code=code)
        person = Person.objects.get(pk=who)
        asked = asked or (f"{who}-{turn}", (auction.best_amount or auction.start - 1) + 1)
        receipt = actions.place_bid(auction=auction, amount=asked[1], key=asked[0], by=person)
        print(json.dumps([receipt.number, asked[1], asked[0]]), flush=True)
        turn, asked = turn + 1, None
    except RuleBroken as refusal:
        turn, asked = turn + 1, None
        if "after the end" in str(refusal):
            break
    except (DatabaseError, InterfaceError):
        connection.close()
        time.sleep(0.05)
"""

END = """
import json, sys, django
django.setup()
from khuevan.auctions import actions
from khuevan.auctions.models import Auction, Bid
from khuevan.auctions.queries import audit_of
from khuevan.books.public import holds_about
auction = Auction.objects.get(code=sys.argv[1])
actions.close(auction=auction, by=None)
auction.refresh_from_db()
bids = Bid.objects.order_by("event__number")
print(json.dumps({
    "audit": audit_of(auction), "state": auction.state, "best": auction.best_amount,
    "bids": [[b.event.number, b.amount, b.key] for b in bids.select_related("event")],
    "held": [h.state for h in holds_about(auction.ref)].count("open"),
}))
"""


@pytest.fixture
def city():
    folder = Path(tempfile.mkdtemp(prefix="khuevan-test-"))
    folder.chmod(0o755)
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "KHUEVAN_VAR": str(folder), "KHUEVAN_DEMO": "0", "PYTHONPATH": str(SOURCES),
        "DJANGO_SETTINGS_MODULE": "khuevan.settings",
    }  # fmt: skip
    yield folder, environment
    khuevan(environment, "db", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def khuevan(environment, *words):
    command = "from khuevan.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, *words],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip


def python(environment, script, *words):
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def kill_server(folder):
    """Kill the postmaster and all its processes at once, without a word."""
    postmaster = int((folder / "db" / "postmaster.pid").read_text().split()[0])
    doomed = [postmaster]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == postmaster:
            doomed.append(int(stat.parent.name))
    for pid in doomed:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.mark.timeout(300)
@pytest.mark.parametrize("killed", ["database", "application"])
def test_a_server_killed_in_the_closing_second_loses_no_acknowledged_bid(city, tmp_path, killed):  # fmt: skip
    folder, environment = city
    assert khuevan(environment, "db", "start").returncode == 0
    assert khuevan(environment, "migrate", "-v0").returncode == 0
    heard = [tmp_path / f"{number}.txt" for number in range(BIDDERS)]
    bidders = []
    for number, file in enumerate(heard):
        with file.open("w") as output:
            bidders.append(
                subprocess.Popen(
                    [sys.executable, "-c", BIDDER, str(tmp_path), str(number)],
                    env=environment, stdout=output, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while len(list(tmp_path.glob("ready-*"))) < BIDDERS:
            assert time.monotonic() < until
            time.sleep(0.1)
        told = python(environment, PREPARE, BIDDERS, LASTS)
        (tmp_path / "draft.json").write_text(json.dumps(told))
        (tmp_path / "draft.json").rename(tmp_path / "told.json")
        time.sleep(max(0, told["closes_at"] - 0.5 - time.time()))
        before = sum(len(file.read_text().splitlines()) for file in heard)
        if killed == "database":
            kill_server(folder)
        else:
            for bidder in bidders:
                bidder.send_signal(signal.SIGKILL)
            time.sleep(max(0, told["closes_at"] + 0.5 - time.time()))
        ends = {bidder.wait(60) for bidder in bidders}
        assert ends == ({0} if killed == "database" else {-signal.SIGKILL})
    finally:
        for bidder in bidders:
            bidder.kill()
    found = python(environment, END, told["code"])
    # Of a process that was killed the last line may be cut: it acknowledged nothing.
    lines = [line for file in heard for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]  # fmt: skip
    acknowledged = [tuple(json.loads(line)) for line in lines]
    assert before > 20
    kept = {tuple(bid) for bid in found["bids"]}
    assert set(acknowledged) <= kept
    # A bid whose answer was lost may have been taken: asked again it was acknowledged,
    # or refused as over; nobody's is there twice.
    assert len({key for _, _, key in kept}) == len(kept)
    audit = tmp_path / "audit.json"
    audit.write_text(json.dumps(found["audit"]))
    tool = SOURCES.parent / "tools/replay_auction.py"
    done = subprocess.run(
        [sys.executable, "-I", str(tool), str(audit)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"won at {found['best']} dong (highest)" in done.stdout
    assert found["best"] == max(amount for _, amount, _ in kept)
    assert (found["state"], found["held"]) == ("decided", 1)
