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

CONSOLE = """
import contextlib, io, json, sys, traceback
import django
django.setup()
for line in sys.stdin:
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(json.loads(line), {})
        told = {"said": out.getvalue().strip()}
    except Exception:
        told = {"fault": traceback.format_exc()}
    print(json.dumps(told), flush=True)
"""
"""A door into a city: what stands on a line is done there. One start for many acts."""
REGISTER = """
from khuevan.clients.rules import Scope
from khuevan.clients.tests.factories import make_client
from khuevan.directory.public import OrganisationKind
from khuevan.directory.tests.factories import OrganisationFactory
body = OrganisationFactory.create(code="H26.DOITAC", kind=OrganisationKind.INSTITUTE, name="Đơn vị vận hành sàn bạn")
client, secret = make_client(Scope.EXCHANGE_READ, organisation=body)
print(client.pk, secret)
"""
AGREE = """
from datetime import date
from khuevan.directory.public import Organisation
from khuevan.federation.actions import Agreement, agree_partner
from khuevan.federation.rules import Side, Trust
agree_partner(agreement=Agreement(
    name={name!r}, address={address!r}, organisation=Organisation.objects.get(code="H26.DOITAC"),
    client_id={key!r}, secret={secret!r}, takes=list(Side), trust=Trust.TRUSTED,
    agreed_on=date(2026, 1, 5), document="Biên bản ghi nhớ 12/BGN"), by=None)
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
REVOKE = """
from khuevan.clients import actions
from khuevan.clients.models import Client
actions.revoke_client(client=Client.objects.get(), by=None)
"""
COMMAND = """
from django.core.management import call_command
call_command(*{words!r})
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

    def does(self, script: str) -> str:
        """Let people of this city do something, through the actions; return what is said."""
        console = self.processes[-1]
        assert console.stdin
        assert console.stdout
        console.stdin.write(json.dumps(script).encode() + b"\n")
        console.stdin.flush()
        told = json.loads(console.stdout.readline())
        assert "fault" not in told, told["fault"]
        return str(told["said"])

    def khuevan(self, *words: str) -> str:
        """Run a command of this city and return what it says."""
        return self.does(COMMAND.format(words=words))

    def serve(self) -> None:
        command = [KHUEVAN, "serve", "--port", str(self.port), "--workers", "1"]
        with (self.folder / "serve.log").open("w") as log:
            server = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        console = subprocess.Popen([sys.executable, "-c", CONSOLE], env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        self.processes += [server, console]

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

    def finds(self, wanted: str) -> list[str]:
        """Return the codes of what a stranger finds."""
        found = self.asks(f"search?words={quote(wanted)}")["found"]
        return [row["code"] for row in found]

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.communicate(timeout=30)


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


def agree(reader: City, other: City, key: str, secret: str) -> None:
    """Let one begin to read the other as the machine the other registered for it."""
    name = f"Sàn ở cổng {other.port}"
    reader.does(AGREE.format(name=name, address=other.address, key=key, secret=secret))


def test_two_exchanges_list_each_others_offers_and_needs(cities):
    one, two = cities
    for_two, for_one = (city.does(REGISTER).split() for city in cities)
    agree(one, two, *for_one)
    agree(two, one, *for_two)
    offer = one.does(PUBLISH.format(told=OFFERED))
    need = two.does(PUBLISH.format(told="NEED"))
    for city, code in ((one, offer), (two, need)):
        until(lambda c=city: [row["code"] for row in c.asks("changes")["changes"]], [code])  # fmt: skip
    for city in (two, one):
        assert "listed 1" in city.khuevan("federation", "pull")

    # Published there, found here, with where it comes from; and nothing goes round.
    until(lambda: len(two.finds("cam bien am thanh tim cho ro ri")), 1)
    [found] = two.finds("cam bien am thanh tim cho ro ri")
    origin = two.asks(f"listings/{found}")["origin"]
    assert (origin["code"], origin["base"]) == (offer, one.address)
    assert "listed 0" in one.khuevan("federation", "pull", two.address)
    assert [row["code"] for row in two.asks("changes")["changes"]] == [need]

    # Matched like our own: the need there, the offer here.
    until(lambda: len(one.finds("that thoat nuoc sach")), 1)
    matches = json.loads(two.khuevan("exchange", "match", need, "--json"))
    [match] = [row for row in matches if row["code"] == found]
    assert any(f"cổng {one.port}" in reason for reason in match["reasons"])

    # Withdrawn there, gone here.
    one.does(WITHDRAW.format(code=offer))
    until(lambda: one.asks("changes")["changes"][0]["change"], "withdrawn")
    assert "gone 1" in two.khuevan("federation", "pull")
    until(lambda: two.finds("cam bien am thanh tim cho ro ri"), [])
    with pytest.raises(urllib.error.HTTPError, match="404"):
        two.asks(f"listings/{found}")

    # A machine that is shut out reads nothing more, and the list says why.
    two.does(REVOKE)
    with pytest.raises(AssertionError, match="credentials"):
        one.khuevan("federation", "pull")
    assert "Sàn bạn không nhận mã đăng nhập" in one.khuevan("federation", "list")
