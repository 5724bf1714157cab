"""Whoever watches an auction hears of a bid at once, by a stream or by asking."""

from __future__ import annotations

import asyncio
import os
import queue
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from khuevan.auctions.live import LIVE_CHANNEL, look
from khuevan.auctions.rules.terms import Form
from khuevan.platform.errors import RuleBroken
from khuevan.platform.live import Live
from khuevan.platform.management.commands.live import live_command

from .factories import START, STEP, clock_restored, make_cast, set_clock


CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"


@pytest.fixture
def cast(transactional_db, documents):
    with clock_restored():
        cast = make_cast()
        cast.open()
        yield cast


class Stream:
    """The stream of one auction, served in a thread of its own as granian would."""

    def __init__(self, code):
        self.code, self.events = code, queue.Queue()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.loop, self.leave = None, None

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.leave.set)
        self.thread.join(10)

    def next(self, seconds=2):
        """Return the next thing that was told, within some seconds."""
        return self.events.get(timeout=seconds)

    async def _serve(self):
        self.loop, self.leave = asyncio.get_running_loop(), asyncio.Event()
        app = Live(channel=LIVE_CHANNEL, look=look, origin="x", languages=("vi", "en"))
        started, stop = asyncio.Event(), asyncio.Event()

        async def receive_life():
            if not started.is_set():
                return {"type": "lifespan.startup"}
            await stop.wait()
            return {"type": "lifespan.shutdown"}

        async def send_life(_message):
            started.set()

        async def receive():
            await self.leave.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if body := message.get("body"):
                self.events.put(body.decode())

        life = asyncio.create_task(app({"type": "lifespan"}, receive_life, send_life))
        await started.wait()
        scope = {"type": "http", "method": "GET", "path": f"/live/{self.code}", "query_string": b"", "headers": []}  # fmt: skip
        await app(scope, receive, send)
        stop.set()
        await life


@transaction.atomic
def taken_back(cast):
    """A bid whose transaction fails after it."""
    cast.bid(1, START)
    cast.bid(1, START + STEP)


def test_a_stream_tells_a_bid_within_two_seconds_and_only_what_was_committed(cast):
    with Stream(cast.auction.code) as stream:
        assert "0 lần trả giá" in stream.next(5)
        time.sleep(1.5)  # past the pause: what is told now was heard, not looked for
        with pytest.raises(RuleBroken):
            taken_back(cast)
        began = time.monotonic()
        cast.bid(2, START + STEP)
        told = stream.next()
        assert time.monotonic() - began < 2
        assert "1.050.000.000" in told
        assert "người đấu giá số 2" in told
        assert cast.people[1].full_name not in told


def test_the_database_tells_of_every_event_when_it_is_committed(cast):
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {LIVE_CHANNEL}")
        heard = connection.connection.notifies(timeout=0.2)
        with transaction.atomic():
            cast.bid(1, START)
            cast.bid(2, START + STEP)
        assert [word.payload for word in heard] == [cast.auction.code]
        cursor.execute(f"UNLISTEN {LIVE_CHANNEL}")


def test_how_it_stands_is_looked_at_again_when_the_price_falls_and_when_it_ends(cast):
    falling = make_cast(Form.DUTCH)
    set_clock(falling.opens_at - timedelta(seconds=8))
    assert look(falling.auction.code).again == 8
    set_clock(falling.opens_at + timedelta(seconds=50))
    assert look(falling.auction.code).again == 10
    set_clock(cast.opens_at)
    assert look(cast.auction.code).again == 3600
    cast.end()
    assert look(cast.auction.code).again is None
    assert look("NONE") is None


# ------------------------------------------------------------- in a real browser


@pytest.fixture
def page_of(live_server, cast):
    """Open the auction's page in a browser; return the page and what it asked for."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # fmt: skip
        page = browser.new_page(locale="vi-VN")
        asked = []
        page.on("request", lambda request: asked.append(request.url))

        def opened():
            page.goto(live_server.url + reverse("auction", args=[cast.auction.code]))
            return page, asked

        yield opened
        browser.close()


@pytest.fixture
def streams(live_server, settings):
    """Serve streams beside the pages; return a way to end them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.LIVE_URL = f"http://127.0.0.1:{port}/live"
    told = connection.settings_dict
    address = f"postgresql://{told['USER']}@:{told['PORT']}/{told['NAME']}?host={told['HOST']}"  # fmt: skip
    server = subprocess.Popen(
        live_command("127.0.0.1", port),
        env=os.environ | {
            "DATABASE_URL": address, "KHUEVAN_SITE_URL": live_server.url,
            "PYTHONPATH": str(Path(__file__).parents[3]),
        },
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)

    def end():
        server.terminate()
        server.wait(30)

    yield end
    end()


def in_a_thread(act):
    """Do what Django refuses beside the browser's event loop; return what it gives."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.mark.journey
@pytest.mark.slow
def test_a_page_is_streamed_and_asks_again_once_the_stream_is_gone(page_of, streams, cast):  # fmt: skip
    page, asked = page_of()
    price = page.locator("#live b").first
    expect(page.locator("[data-told=stream]")).to_be_visible(timeout=10_000)
    in_a_thread(lambda: cast.bid(1, START))
    expect(price).to_have_text("1.000.000.000", timeout=2_000)
    page.wait_for_timeout(3_500)
    assert [url for url in asked if "/live/?seen" in url] == []
    streams()
    in_a_thread(lambda: cast.bid(2, START + STEP))
    expect(price).to_have_text("1.050.000.000", timeout=10_000)
    assert [url for url in asked if "/live/?seen" in url]


@pytest.mark.journey
@pytest.mark.slow
def test_without_a_stream_the_page_asks(page_of, cast, settings):
    settings.LIVE_URL = ""
    page, asked = page_of()
    assert page.locator("[data-stream='']").count() == 1
    in_a_thread(lambda: cast.bid(1, START))
    expect(page.locator("#live b").first).to_have_text("1.000.000.000", timeout=10_000)
    assert [url for url in asked if "/live/?seen" in url]


def test_pages_may_listen_to_the_stream_and_to_nothing_else(client, cast, settings):
    page = reverse("auction", args=[cast.auction.code])
    settings.LIVE_URL = ""
    assert "connect-src" not in client.get(page)["Content-Security-Policy"]
    settings.LIVE_URL = "http://localhost:8001/live"
    answer = client.get(page)
    assert answer["Content-Security-Policy"].endswith("; connect-src 'self' http://localhost:8001")  # fmt: skip
    assert f"http://localhost:8001/live/{cast.auction.code}?language=vi" in answer.text
    cast.end()
    assert 'data-stream=""' in client.get(page).text
