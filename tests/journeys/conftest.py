"""A real city for real browsers: the demo, served as `make run` serves it.

One server for all journeys, in a folder of its own, with its own database. The
journeys meet what a visitor meets: server, worker, database, static files.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
    sync_playwright,
)


ROOT = Path(__file__).parents[2]
KHUEVAN = Path(sys.executable).with_name("khuevan")
expect.set_options(timeout=15_000)
"""Journeys look with `expect`: it looks again until the page a click asked for is there."""
SIZES = {"phone": (320, 800), "desk": (1280, 900)}


def chromium() -> str | None:
    """Return the browser to drive, or None where there is none."""
    named = [
        os.environ.get("CHROMIUM", ""),
        "/usr/bin/chromium",
        "/usr/bin/google-chrome",
    ]
    return next((path for path in named if path and Path(path).exists()), None)


# Before xdist reads the groups: else every worker serves a city of its own.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))
            item.add_marker(pytest.mark.timeout(300))


COMMANDS: list[Callable[..., str]] = []
"""Runs `khuevan` in the city these tests serve themselves."""


@pytest.fixture
def ask(city: str) -> Callable[..., str]:
    """Return what a command says in the demo city."""
    if not COMMANDS:
        pytest.skip("The city is served elsewhere.")
    return COMMANDS[0]


@pytest.fixture(scope="session")
def city() -> Iterator[str]:
    """Serve the demo city and return its address; a city that is served already will do."""
    if served := os.environ.get("KHUEVAN_CITY"):
        yield served
        return
    if chromium() is None:
        message = "No Chromium: run tests/programs.sh or set CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="khuevan-city-"))
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
        "KHUEVAN_VAR": str(folder),
        "KHUEVAN_SITE_URL": f"http://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT / "src"),
    }

    def run(*words: str) -> str:
        command = [KHUEVAN, *words]
        done = subprocess.run(
            command, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout

    COMMANDS.append(run)
    for words in (["db", "start"], ["migrate", "-v", "0"], ["demo", "load"], ["collectstatic", "--noinput", "-v", "0"]):  # fmt: skip
        run(*words)
    log = (folder / "serve.log").open("w")
    server = subprocess.Popen([KHUEVAN, "serve", "--port", str(port)], env=env, stdout=log, stderr=log)  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/live", server, folder / "serve.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        log.close()
        run("db", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The city did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def browser(city: str) -> Iterator[Browser]:
    """Drive one browser a module: while it runs, so does its event loop in this thread,
    and nothing else here could start one.
    """
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox", "--disable-quic", "--disable-background-networking",
                "--disable-component-update",
            ],
        )  # fmt: skip
        yield found
        found.close()


class Visitor:
    """Somebody at a browser: opens pages of the city and reads them."""

    def __init__(self, context: BrowserContext, city: str) -> None:
        self.context = context
        self.city = city
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.status = 0
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message: object) -> None:
        if message.type == "error" and "status of 4" not in message.text:  # type: ignore[attr-defined]
            self.faults.append(message.text)  # type: ignore[attr-defined]

    def goes_to(self, path: str) -> Page:
        answer = self.page.goto(self.city + path)
        self.status = answer.status if answer else 0
        return self.page

    def signs_in_as(self, username: str) -> Page:
        self.goes_to("/sign-in/")
        button = self.page.locator(f'button[value="{username}"]')
        folded = self.page.locator("details:not([open])", has=button)
        for place in range(folded.count()):
            folded.nth(place).locator("summary").first.click()
        button.click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)
        return self.page

    def sees(self, path: str, words: re.Pattern[str]) -> Locator:
        """Return the link that says this, looking again while the worker works."""
        for _ in range(60):
            self.goes_to(path)
            link = self.page.get_by_role("link", name=words).first
            if link.count():
                return link
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{path} never said {words.pattern}")

    def heading(self) -> Locator:
        return self.page.locator("h1")

    def violations(self) -> list[str]:
        """Return what axe finds wrong on this page, rule and place."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page).response["violations"]
        return [
            f"{v['id']}: {node['target']}" for v in found for node in v["nodes"][:3]
        ]

    def scrolls_sideways(self) -> bool:
        self.page.wait_for_load_state()
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )


@pytest.fixture
def visits(browser: Browser, city: str) -> Iterator[object]:
    """Return a way to send somebody to the city: language, size, with or without scripts."""
    opened: list[Visitor] = []

    def visit(
        *, language: str = "vi", size: str = "desk", scripts: bool = True
    ) -> Visitor:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale="vi-VN",
        )
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": city}]
        )
        opened.append(Visitor(context, city))
        return opened[-1]

    yield visit
    for visitor in opened:
        assert visitor.faults == []
        visitor.context.close()
