"""Streams: everybody who watches hears the same, whoever is slow is let go."""

from __future__ import annotations

import asyncio
import math

import pytest

from khuevan.platform import live
from khuevan.platform.live import Live, News


SITE = "https://city.example"


class Thing:
    """Something that is watched, changed by hand."""

    def __init__(self):
        self.looks = 0
        self.told = 0
        self.over = False

    def look(self, name):
        self.looks += 1
        if name != "A-1":
            return None
        contents = {"vi": f"giá {self.told}\nhai dòng", "en": f"price {self.told}"}
        return News(f"m{self.told}", contents, None if self.over else math.inf)


class Watcher:
    """A browser as ASGI sees it: what it asked, and what it was sent."""

    def __init__(self, app, path="/live/A-1", query=b"", headers=(), method="GET"):
        self.app, self.sent, self.left = app, [], asyncio.Event()
        self.scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": list(headers)}  # fmt: skip

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def watch(self):
        await self.app(self.scope, self.receive, self.send)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def body(self):
        return b"".join(m.get("body", b"") for m in self.sent).decode()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(live, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 0.1)


@pytest.fixture
def thing():
    return Thing()


@pytest.fixture
def app(thing):
    return Live(channel="none", look=thing.look, origin=SITE, languages=("vi", "en"))


async def until(true):
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


def test_whoever_watches_is_told_how_it_stands_and_what_changes(app, thing):
    async def story():
        one, other = Watcher(app), Watcher(app, query=b"language=en&seen=m0")
        streams = [asyncio.create_task(w.watch()) for w in (one, other)]
        await until(lambda: "giá 0" in one.body and "alive" in other.body)
        assert one.body == "id: m0\ndata: giá 0\ndata: hai dòng\n\n"
        assert "price" not in other.body  # the page had it already
        thing.told = 7
        await until(lambda: "giá 7" in one.body and "price 7" in other.body)
        headers = dict(one.sent[0]["headers"])
        assert headers[b"access-control-allow-origin"] == SITE.encode()
        assert headers[b"content-type"].startswith(b"text/event-stream")
        one.left.set(), other.left.set()
        await asyncio.gather(*streams)
        assert (app.watchers, app.topics) == (0, {})

    asyncio.run(story())


def test_who_comes_back_says_what_was_heard_last(app, thing):
    async def story():
        thing.told = 3
        same = Watcher(app, query=b"seen=m0", headers=[(b"last-event-id", b"m3")])
        older = Watcher(app, query=b"seen=m0", headers=[(b"last-event-id", b"m2")])
        streams = [asyncio.create_task(w.watch()) for w in (same, older)]
        await until(lambda: same.body and older.body)
        assert "alive" in same.body
        assert older.body.startswith("id: m3")
        same.left.set(), older.left.set()
        await asyncio.gather(*streams)

    asyncio.run(story())


def test_a_watcher_that_does_not_read_is_let_go_and_holds_up_nobody(app, thing):
    class Slow(Watcher):
        async def send(self, message):
            await super().send(message)
            if "body" in message:
                await asyncio.Event().wait()  # the pipe is full for good

    async def story():
        slow, quick = Slow(app), Watcher(app)
        streams = [asyncio.create_task(w.watch()) for w in (slow, quick)]
        await until(lambda: app.watchers == 2 and quick.body)
        thing.told = 1
        await until(lambda: "giá 1" in quick.body)
        await asyncio.wait_for(streams[0], 5)
        assert app.watchers == 1
        assert "giá 1" not in slow.body
        quick.left.set()
        await streams[1]

    asyncio.run(story())


def test_a_thing_is_looked_at_once_for_all(app, thing):
    async def story():
        crowd = [Watcher(app) for _ in range(50)]
        streams = [asyncio.create_task(w.watch()) for w in crowd]
        await until(lambda: all(w.body for w in crowd))
        before, thing.told = thing.looks, 1
        await until(lambda: all("giá 1" in w.body for w in crowd))
        assert thing.looks - before < 10
        for watcher in crowd:
            watcher.left.set()
        await asyncio.gather(*streams)

    asyncio.run(story())


def test_what_is_over_is_told_once_and_asks_nobody_back(app, thing):
    async def story():
        thing.over = True
        last, again = Watcher(app), Watcher(app, headers=[(b"last-event-id", b"m0")])
        await asyncio.wait_for(asyncio.gather(last.watch(), again.watch()), 5)
        assert "giá 0" in last.body
        assert again.status == 204

    asyncio.run(story())


def test_other_requests_are_refused_with_a_sentence(app, monkeypatch):
    async def story():
        unknown = Watcher(app, "/live/B-2")
        await unknown.watch()
        assert unknown.status == 404
        sent = Watcher(app, method="POST")
        await sent.watch()
        assert sent.status == 405
        monkeypatch.setattr(live, "MOST_WATCHERS", 0)
        full = Watcher(app)
        await full.watch()
        assert (full.status, "asks by itself" in full.body) == (503, True)
        alive = Watcher(app, "/live/")
        await alive.watch()
        assert alive.body == "0 watchers"

    asyncio.run(story())


def test_a_look_that_fails_ends_no_stream(app, thing, monkeypatch):
    async def story():
        watcher = Watcher(app)
        stream = asyncio.create_task(watcher.watch())
        await until(lambda: watcher.body)
        monkeypatch.setattr(app, "look", lambda _name: (_ for _ in ()).throw(live.DatabaseError("gone")))  # fmt: skip
        await asyncio.sleep(0.1)
        monkeypatch.setattr(app, "look", thing.look)
        thing.told = 2
        await until(lambda: "giá 2" in watcher.body)
        watcher.left.set()
        await stream

    asyncio.run(story())
