"""Two exchanges, really two: each with its database, its server and its worker.

They register each other's machine, agree on each other, and read each other over HTTP
with OAuth2 client credentials, as two cities would.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from khuevan.platform import clients


KHUEVAN = Path(sys.executable).with_name("khuevan")
ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.django_db]

PEOPLE = """
from khuevan.directory.public import OrganisationKind
from khuevan.directory.tests.factories import OrganisationFactory
OrganisationFactory.create(code="H26.DOITAC", kind=OrganisationKind.INSTITUTE, name="Đơn vị vận hành sàn bạn")
"""
PUBLISH = """
from dataclasses import replace
from khuevan.exchange.tests.factories import NEED, OFFER, State, make_cast, make_listing
print(make_listing(make_cast(), State.PUBLISHED, {told}).code)
"""
WITHDRAW = """
from khuevan.exchange import actions
from khuevan.exchange.models import Listing
actions.withdraw_listing(listing=Listing.objects.get(code={code!r}), words="Không chuyển giao nữa", by=None)
"""
OFFERED = """replace(OFFER, title_vi="Cảm biến âm thanh tìm chỗ rò rỉ nước", title_en="", summary_en="",
    summary_vi="Cảm biến nghe tiếng nước rò rỉ trong ống cấp nước khu phố cổ, chỉ ra chỗ rò mà không đào đường.")"""


@dataclass
class City:
    """One exchange: its folder, its database, its address, its processes."""

    folder: Path
    database: str
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        known = clients.database()
        host, port = quote(str(known["HOST"]), safe=""), known["PORT"]
        return os.environ | {
            "KHUEVAN_VAR": str(self.folder),
            "KHUEVAN_SITE_URL": self.address,
            "KHUEVAN_WEBHOOKS_INSIDE": "1",
            "DATABASE_URL": f"postgresql://{known['USER']}@:{port}/{self.database}?host={host}",
            "DJANGO_SETTINGS_MODULE": "khuevan.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }

    def khuevan(self, *words: str, told: str = "") -> str:
        """Run a command of this city and return what it says."""
        done = subprocess.run(
            [KHUEVAN, *words], env=self.env, input=told, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def does(self, script: str) -> str:
        """Let people of this city do something, through the actions."""
        begin = "import django\ndjango.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", begin + script], env=self.env, capture_output=True, text=True
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def serve(self) -> None:
        command = [KHUEVAN, "serve", "--port", str(self.port), "--workers", "1"]
        with (self.folder / "serve.log").open("w") as log:
            server = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        self.processes.append(server)

    def answers(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.address}/health/live", timeout=2):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail((self.folder / "serve.log").read_text()[-3000:])

    def asks(self, path: str) -> dict:
        address = f"{self.address}/api/v1/exchange/{path}"
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def lists(self, wanted: str) -> list[dict]:
        """Return what a stranger finds, asked again while the worker works."""
        return self.asks(f"search?words={quote(wanted)}")["found"]

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)


def until(found, wanted, seconds=20):
    """Ask again until the answer is the wanted one; workers need a moment."""
    end = time.monotonic() + seconds
    while (told := found()) != wanted and time.monotonic() < end:
        time.sleep(0.3)
    assert told == wanted


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def cities(db):
    """Two cities, each with a copy of the tests' own empty database."""
    folder = Path(tempfile.mkdtemp(prefix="khuevan-two-"))
    folder.chmod(0o755)
    own = clients.database()["NAME"]
    made = [City(folder / n, f"{own}_{n}", free_port()) for n in ("one", "two")]
    try:
        for city in made:
            city.folder.mkdir()
        _copy_database(folder / "empty.dump", *(city.database for city in made))
        for city in made:
            city.serve()
        for city in made:
            city.answers()
        yield made
    finally:
        for city in made:
            city.stop()
        for city in made:
            _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", city.database)
        shutil.rmtree(folder, ignore_errors=True)


def _copy_database(dump: Path, first: str, second: str) -> None:
    """Copy what is committed: the test's own connection is open, so no template."""
    programs, _version = clients.programs(15)
    own = clients.conninfo(password="")
    clients.run([programs / "pg_dump", "-Fc", "--no-owner", f"--file={dump}", f"--dbname={own}"])  # fmt: skip
    for name in (first, second):
        _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _on_server("CREATE DATABASE {}", first)
    there = clients.conninfo(dbname=first, password="")
    clients.run([programs / "pg_restore", "--no-owner", f"--dbname={there}", dump])
    _on_server("CREATE DATABASE {} TEMPLATE {}", second, first)


def _on_server(statement: str, *names: str) -> None:
    with psycopg.connect(clients.conninfo(dbname="postgres"), autocommit=True) as server:  # fmt: skip
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def agree(reader: City, other: City) -> None:
    """The other registers the reader's machine; the reader begins to read the other."""
    key, secret = other.khuevan("clients", "register", "H26.DOITAC", "Sàn bạn", "san@example.org", "--scope", "exchange:read").split("\t")  # fmt: skip
    reader.khuevan(
        "federation", "agree", other.address, f"Sàn ở cổng {other.port}", "H26.DOITAC", key,
        "--document", "Biên bản ghi nhớ 12/BGN", "--on", "2026-01-05", "--trust", "trusted",
        told=f"{secret}\n",
    )  # fmt: skip


def test_two_exchanges_list_each_others_offers_and_needs(cities):
    one, two = cities
    for city in cities:
        city.does(PEOPLE)
    agree(one, two)
    agree(two, one)
    offer = one.does(PUBLISH.format(told=OFFERED))
    need = two.does(PUBLISH.format(told="NEED"))
    for city, code in ((one, offer), (two, need)):
        until(lambda c=city: [row["code"] for row in c.asks("changes")["changes"]], [code])  # fmt: skip
    assert "listed 1" in two.khuevan("federation", "pull")
    assert "listed 1" in one.khuevan("federation", "pull")

    # Published there, found here, with where it comes from; and nothing goes round.
    until(lambda: len(two.lists("cam bien am thanh tim cho ro ri")), 1)
    [found] = two.lists("cam bien am thanh tim cho ro ri")
    listing = two.asks(f"listings/{found['code']}")
    assert (listing["origin"]["code"], listing["origin"]["base"]) == (
        offer,
        one.address,
    )
    assert listing["withheld"] == []
    assert "listed" not in one.khuevan("federation", "pull", two.address).replace("listed 0", "")  # fmt: skip
    assert [row["code"] for row in two.asks("changes")["changes"]] == [need]

    # Matched like our own: the need there, the offer here.
    until(lambda: len(one.lists("that thoat nuoc sach")), 1)
    matches = json.loads(two.khuevan("exchange", "match", need, "--json"))
    [match] = [row for row in matches if row["code"] == found["code"]]
    assert any(f"cổng {one.port}" in reason for reason in match["reasons"])

    # Withdrawn there, gone here.
    one.does(WITHDRAW.format(code=offer))
    until(lambda: one.asks("changes")["changes"][0]["change"], "withdrawn")
    assert "gone 1" in two.khuevan("federation", "pull")
    until(lambda: two.lists("cam bien am thanh tim cho ro ri"), [])
    with pytest.raises(urllib.error.HTTPError, match="404"):
        two.asks(f"listings/{found['code']}")

    # A machine that is shut out reads nothing more, and the page says why.
    key = two.khuevan("clients", "list").split("\t")[0]
    two.khuevan("clients", "revoke", key)
    done = subprocess.run([KHUEVAN, "federation", "pull"], env=one.env, capture_output=True, text=True)  # fmt: skip
    assert done.returncode != 0
    assert two.address in one.khuevan("federation", "list")
    assert "không nhận" in done.stderr or "credentials" in done.stderr
