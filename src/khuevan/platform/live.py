"""A small server beside the pages: whoever watches something public is told what changed.

Pages are served by threads, and an open stream would hold one. Here a stream costs a
task: one process, no views, no sessions, no cookies. PostgreSQL says what changed
(LISTEN), it is looked at once, and all who watch are sent the same text.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.db import (
    DatabaseError,
    InterfaceError,
    close_old_connections,
    connection,
    connections,
)


BEAT_SECONDS = 15.0
"""After this long without news a stream says that it lives."""
PAUSE_SECONDS = 1.0
"""Between two looks at one thing: many bids a second are one piece of news."""
LOOK_SECONDS = 5.0
"""How long at most until the next look, should word from PostgreSQL be lost."""
PATIENCE_SECONDS = 10.0
"""Who has not read what was sent after this long is let go."""
MOST_WATCHERS = 10_000
log = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class News:
    """How something stands: a mark that changes when it does, and what pages show of it.

    `contents` has a text for each language. `again` is after how many seconds it may
    change by itself; None where nothing will ever change any more.
    """

    mark: str
    contents: Mapping[str, str]
    again: float | None


Look = Callable[[str], News | None]
"""Returns how the thing of a name stands for everybody, None where there is none."""


class Topic:
    """One thing that is watched, looked at once for all who watch it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.watchers = 0
        self.news: News | None = None
        self.stirred = asyncio.Event()
        self._turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.following: asyncio.Task[None] | None = None

    def tell(self, news: News) -> None:
        """Wake whoever waits if this is news to them."""
        if self.news is None or news.mark != self.news.mark:
            self.news = news
            turned, self._turn = self._turn, asyncio.get_running_loop().create_future()
            turned.set_result(None)

    async def wait(self) -> None:
        """Return when there is news, or after a beat without."""
        await asyncio.wait({self._turn}, timeout=BEAT_SECONDS)


class Live:
    """The ASGI application: `PREFIX/NAME?language=vi&seen=MARK` streams one thing.

    `channel` is where PostgreSQL tells the name of what changed; `origin` the only site
    whose pages may read; the first of `languages` is spoken where none is asked for.
    """

    def __init__(
        self, *, channel: str, look: Look, origin: str, languages: tuple[str, ...]
    ) -> None:
        self.channel, self.look, self.languages = channel, look, languages
        self.topics: dict[str, Topic] = {}
        self.watchers = 0
        # One thread, one connection: a look is a few small questions.
        self._looking = ThreadPoolExecutor(1, "look")
        self._hearing: asyncio.Task[None] | None = None
        self._headers = [
            (b"access-control-allow-origin", origin.encode()),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live as long as the server does."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            self._hearing = asyncio.create_task(self._hear())
            await send({"type": "lifespan.startup.complete"})
        for task in [self._hearing, *(topic.following for topic in self.topics.values())]:  # fmt: skip
            if task:
                task.cancel()
        await asyncio.get_running_loop().run_in_executor(self._looking, connections.close_all)  # fmt: skip
        self._looking.shutdown()
        await send({"type": "lifespan.shutdown.complete"})

    # ------------------------------------------------------------- one watcher

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].rstrip("/").rpartition("/")[2]
        if scope["method"] != "GET":
            await self._say(send, 405, "Only GET.")
        elif name == "live":
            await self._say(send, 200, f"{self.watchers} watchers")
        elif self.watchers >= MOST_WATCHERS:
            await self._say(send, 503, "Too many watch already: the page asks by itself.")  # fmt: skip
        else:
            await self._watch(name, scope, receive, send)

    async def _say(self, send: Send, status: int, words: str) -> None:
        headers = [*self._headers, (b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": status, "headers": headers})  # fmt: skip
        await send({"type": "http.response.body", "body": words.encode()})

    async def _watch(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:  # fmt: skip
        topic = self.topics.get(name) or self.topics.setdefault(name, Topic(name))
        topic.watchers += 1
        self.watchers += 1
        try:
            if topic.news is None and not await self._first(topic):
                await self._say(
                    send, 404, "Nothing under this name can be watched now."
                )
                return
            if topic.following is None:
                topic.following = asyncio.create_task(self._follow(topic))
            language, seen = self._asked(scope)
            if topic.news and topic.news.again is None and topic.news.mark == seen:
                # To a browser this means: do not come back.
                await self._say(send, 204, "")
                return
            telling = asyncio.create_task(self._tell(topic, language, seen, send))
            leaving = asyncio.create_task(_left(receive))
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            for task in (telling, leaving):
                task.cancel()
        finally:
            self.watchers -= 1
            topic.watchers -= 1
            if not topic.watchers and self.topics.get(name) is topic:
                del self.topics[name]
                if topic.following:
                    topic.following.cancel()

    def _asked(self, scope: Scope) -> tuple[str, str]:
        """Return the language, and the mark of what was seen last, here or on the page."""
        asked = parse_qs(scope["query_string"].decode("ascii", "replace"))
        language = asked.get("language", [""])[0]
        last = dict(scope["headers"]).get(b"last-event-id", b"").decode("ascii", "replace")  # fmt: skip
        known = language if language in self.languages else self.languages[0]
        return known, last or asked.get("seen", [""])[0]

    async def _tell(self, topic: Topic, language: str, seen: str, send: Send) -> None:
        headers = [*self._headers, (b"content-type", b"text/event-stream; charset=utf-8")]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while True:
            news = topic.news
            assert news is not None
            told = b"event: alive\ndata: .\n\n" if news.mark == seen else _event(news, language)  # fmt: skip
            seen = news.mark
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    # Nothing queues up: who is slow misses what is old, then the stream.
                    await send({"type": "http.response.body", "body": told, "more_body": True})  # fmt: skip
            except TimeoutError:
                log.info("a watcher of %s did not read and was let go", topic.name)
                return
            if news.again is None:
                await send({"type": "http.response.body", "body": b""})
                return
            await topic.wait()

    # ------------------------------------------------------------ looking, hearing

    async def _first(self, topic: Topic) -> bool:
        found = await self._looked(topic.name)
        if found is not None:
            topic.tell(found)
        return found is not None

    async def _follow(self, topic: Topic) -> None:
        while topic.news is not None and topic.news.again is not None:
            await asyncio.sleep(PAUSE_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(topic.news.again, LOOK_SECONDS)):
                    await topic.stirred.wait()
            topic.stirred.clear()
            if found := await self._looked(topic.name):
                topic.tell(found)

    async def _looked(self, name: str) -> News | None:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._looking, self._look, name)
        except (DatabaseError, InterfaceError):
            log.warning("%s could not be looked at", name, exc_info=True)
            return None

    def _look(self, name: str) -> News | None:
        close_old_connections()
        return self.look(name)

    async def _hear(self) -> None:
        """Hear from PostgreSQL what changed; where that breaks off, try again."""
        told = connection.get_connection_params()
        # What is Django's own; a listener has no use for it.
        params = {k: v for k, v in told.items() if k not in {"context", "cursor_factory"}}  # fmt: skip
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as heard:  # fmt: skip
                    await heard.execute(f'LISTEN "{self.channel}"')
                    for topic in self.topics.values():
                        topic.stirred.set()
                    async for word in heard.notifies():
                        if word.payload in self.topics:
                            self.topics[word.payload].stirred.set()
            except (psycopg.Error, OSError):
                log.warning("no word from the database; asking it meanwhile", exc_info=True)  # fmt: skip
            await asyncio.sleep(1)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(news: News, language: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in news.contents[language].splitlines())
    return f"id: {news.mark}\n{lines}\n".encode()
