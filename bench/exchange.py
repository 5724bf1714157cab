"""Search, matches and news of the exchange at 30,000 listings, the way people meet them.

Texts are those of `bench/matching_set`, mixed and lengthened; two thirds are offers, of
300 members. Search and matches are timed as the functions that pages, API and command
share, as whole requests in this process, and over HTTP as `khuevan serve` serves them,
for a stranger and for a member. Then listings are published by their second reviewer
while `khuevan work` runs in a process of its own: the clock starts as the action has
committed, and stops as this process finds the listing by its words, as the saved search
that waits for it is told, and as the owner of the need it fits is. The baseline is a page
of the same run that reads no listing. `KHUEVAN_BENCH_LISTINGS` makes it smaller to try.
"""

from __future__ import annotations

import http.client
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from urllib.parse import quote_plus

from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.exchange import actions
from khuevan.exchange.index import READER, rebuild_index
from khuevan.exchange.models import Listing, Member, SavedSearch
from khuevan.exchange.provinces import PROVINCES
from khuevan.exchange.queries.disclosing import Reader, reader_of
from khuevan.exchange.queries.matching import matches_of
from khuevan.exchange.queries.searching import search_listings
from khuevan.exchange.readers import READER as ALERTS
from khuevan.exchange.rules.disclosing import Level, check_levels
from khuevan.exchange.rules.likeness import sketch
from khuevan.exchange.rules.listings import Field, Kind, Licence, State, Territory
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.exchange.tests.factories import NEED, OFFER, PROFILE
from khuevan.journal.public import unread
from khuevan.matching.public import Asked, Entry, Kind as Side
from khuevan.notices.models import Notice
from khuevan.platform import clock
from khuevan.platform.text import fold

from .counter.city import in_scratch, server, until
from .matching import many, read_set, words_of


LISTINGS = 30_000
MEMBERS = 300
SEARCHES = 2_000
"""Saved searches that wait for other words than those of the new listings."""
ASKED, PAGES = 300, 200
NEW = 20
PATIENCE = 60
PAUSE = 1.5
BASELINE = "/accessibility/"
SEARCH_MS, MATCH_MS, NEWS_SECONDS = 20, 150, 2
FIELDS, LICENCES = (
    list(Field),
    [Licence.NON_EXCLUSIVE, Licence.EXCLUSIVE, Licence.ASSIGNMENT],
)
OPEN = check_levels(
    {"rights": Level.PUBLIC, "terms": Level.PUBLIC, "technical": Level.MEMBERS}
)


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report, measured in a scratch city."""
    return in_scratch("exchange")


def run_here() -> Iterator[str]:
    """Measure in the database of this process."""
    draw = random.Random(57)
    size = int(os.environ.get("KHUEVAN_BENCH_LISTINGS", LISTINGS))
    operator()
    people = members()
    _needs, offers, _grades = read_set()
    fill(people, size, draw)
    begun = time.perf_counter()
    rebuild_index()
    yield f"exchange: {size:,} listings, indexes of both circles made in {time.perf_counter() - begun:.0f} s; load {_load()}"
    words = [words_of(draw.choice(offers), draw) for _ in range(ASKED)]
    needs = list(Listing.objects.filter(kind=Kind.NEED).order_by("?")[:ASKED])
    setup_test_environment(debug=False)
    try:
        yield from asked(people[0][1], words, needs)
    finally:
        teardown_test_environment()
    with server() as port:
        yield from served(port, people[0][1], words, needs)
    yield from news(people, draw)


# ------------------------------------------------------------------------- the city


def operator() -> Organisation:
    found: Organisation | None = Organisation.objects.filter(code="H26.KHCN").first()
    return found or OrganisationFactory.create(code="H26.KHCN")


def members() -> list[tuple[Member, Person]]:
    """Return verified members, each with somebody who speaks for it."""
    made, regions = [], list(PROVINCES)
    for n in range(MEMBERS):
        body = OrganisationFactory.create(
            code=f"H26.B{n}",
            name=f"Công ty Đo lường {n}",
            kind=OrganisationKind.ENTERPRISE,
        )
        person = make_person(Role.MEMBER, body, username=f"bench-{n}")
        member = actions.join_exchange(
            kind=MemberKind.ENTERPRISE, organisation=body, profile_vi=PROFILE,
            region=regions[n % len(regions)], by=person,
        )  # fmt: skip
        member.tier, member.delivered = Tier.VERIFIED, n % 7
        member.save()
        made.append((member, person))
    return made


def fill(
    people: Sequence[tuple[Member, Person]], size: int, draw: random.Random
) -> None:
    """Write so many published listings at once, as publishing would have left them."""
    needs, offers, _grades = read_set()
    entries = many(offers, needs, size, draw)
    first, second = people[0][1], people[1][1]
    number = 0
    while chunk := list(islice(entries, 1_000)):
        rows = []
        for entry in chunk:
            number += 1
            rows.append(
                _listing(number, entry, people[number % MEMBERS][0], first, second)
            )
        Listing.objects.bulk_create(rows)


def _listing(number: int, entry: Entry, member: Member, first: Person, second: Person) -> Listing:  # fmt: skip
    need = entry.kind is Side.NEED
    low, high = entry.price or (None, None)
    told = " ".join((entry.title, entry.summary, entry.body))
    now = clock.now() - timedelta(minutes=number)
    return Listing(
        code=f"CN-B{number:06}"[:12], kind=Kind.NEED if need else Kind.TECHNOLOGY, member=member,
        state=State.PUBLISHED, title_vi=entry.title[:250], summary_vi=entry.summary,
        description=entry.body, field=FIELDS[number % len(FIELDS)],
        ipc=[] if need else [f"{'ABCFGH'[number % 6]}{1 + number % 40:02}B 1/{number % 90 + 10}"],
        nace=[f"{10 + number % 80}.10"], territory=Territory.COUNTRY,
        trl=entry.trl[0] if entry.trl else 7, advantage="" if need else OFFER.advantage,
        advantage_against="" if need else OFFER.advantage_against,
        outcome=NEED.outcome if need else "", licence="" if need else LICENCES[number % 3],
        price_from=None if need else low, price_to=high, levels=OPEN,
        sketch=sketch(told), folded=fold(told), drafted_at=now, published_at=now,
        checked_by=first, published_by=second, expires_on=clock.today() + timedelta(days=300),
    )  # fmt: skip


# --------------------------------------------------------------- search and matches


def asked(person: Person, words: list[str], needs: list[Listing]) -> Iterator[str]:
    """Yield how long the functions take, and whole requests without a network."""
    stranger, member = Reader(), reader_of(person)
    for name, reader in (("a stranger", stranger), ("a member", member)):
        assert not search_listings(reader, Asked(text="máy")).simple
        found = _times([lambda w=w, r=reader: search_listings(r, Asked(text=w)) for w in words])  # fmt: skip
        yield f"exchange: search by {name:10} {_told(found, SEARCH_MS)}"
    matches_of(needs[0], member)
    found = _times([lambda n=n: matches_of(n, member) for n in needs])
    yield f"exchange: matches of a need    {_told(found, MATCH_MS)}"
    client = Client()
    client.force_login(person)
    for name, addresses in _pages(words, needs).items():
        client.get(addresses[0])
        found = _times([lambda a=a: _fine(client, a) for a in addresses])
        if name == "empty":
            base = found
        yield f"exchange: {name:8} request    {_told(found)} · {_at(found, 0.5) / _at(base, 0.5):.1f} × the empty page"


def _pages(words: list[str], needs: list[Listing]) -> dict[str, list[str]]:
    return {
        "empty": [BASELINE] * PAGES,
        "search": [f"/exchange/?words={quote_plus(w)}" for w in words[:PAGES]],
        "newest": ["/exchange/"] * PAGES,
        "matches": [f"/exchange/listings/{n.code}/matches/" for n in needs[:PAGES]],
        "API": [
            f"/api/v1/exchange/search?words={quote_plus(w)}" for w in words[:PAGES]
        ],
    }


def _fine(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def served(
    port: int, person: Person, words: list[str], needs: list[Listing]
) -> Iterator[str]:
    """Yield how long pages take over HTTP, one after the other on one connection."""
    client = Client()
    client.force_login(person)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"  # fmt: skip
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(address: str) -> None:
        line.request("GET", address, headers={"Host": "localhost", "Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (address, answer.status)

    for name, addresses in _pages(words, needs).items():
        for address in addresses[:20]:  # Both workers, and both threads of each.
            ask(address)
        found = _times([lambda a=a: ask(a) for a in addresses])
        if name == "empty":
            base = found
        yield f"exchange: {name:8} over HTTP  {_told(found)} · {_at(found, 0.5) / _at(base, 0.5):.1f} × the empty page"
    line.close()


# ----------------------------------------------------------------------------- news


def news(people: list[tuple[Member, Person]], draw: random.Random) -> Iterator[str]:
    """Yield how long after its publication a listing is found and told of."""
    _needs, offers, _grades = read_set()
    first, second = (
        make_person(Role.OFFICIAL, operator()),
        make_person(Role.HEAD, operator()),
    )
    SavedSearch.objects.bulk_create(
        SavedSearch(
            person=people[n % MEMBERS][1],
            query=f"words={quote_plus(f'{words_of(draw.choice(offers), draw)} qwx{n}')}",
        )
        for n in range(SEARCHES)
    )
    waits: dict[str, list[float]] = {
        "found by its words": [],
        "told to the saved search": [],
        "told to the need's owner": [],
    }
    with worker():
        until(
            lambda: not unread(READER, limit=1) and not unread(ALERTS, limit=1),
            PATIENCE,
        )
        for n in range(NEW):
            time.sleep(PAUSE + draw.random())
            for name, seconds in _published(n, people, first, second).items():
                waits[name].append(seconds)
    for name, found in waits.items():
        yield f"exchange: a new listing {name:24} p50 {_at(found, 0.5):.2f} s, the slowest of {NEW} {max(found):.2f} s (target {NEWS_SECONDS} s)"


def _published(
    n: int, people: list[tuple[Member, Person]], first: Person, second: Person
) -> dict[str, float]:
    (seller, lister), (buyer, seeker) = people[n], people[n + NEW]
    word = f"zqv{n}k"
    spoken = " ".join(f"{word}{letter}" for letter in "abcdefgh")
    need = replace(NEED, title_vi=f"Cần {spoken}", summary_vi=f"Xưởng cần {spoken} để làm việc {word} mỗi ngày mà chưa có máy nào làm được như vậy", field=OFFER.field, trl=None)  # fmt: skip
    _listed(buyer, seeker, need, first, second)
    SavedSearch.objects.create(person=seeker, query=f"words={word}a")
    offer = replace(OFFER, title_vi=f"Máy {spoken}", summary_vi=f"Thiết bị {spoken} cho việc {word} mỗi ngày, chạy êm, ít tốn điện và dễ sửa tại xưởng", description=spoken, licence=Licence.ASSIGNMENT, price_from=1, price_to=1_000_000)  # fmt: skip
    until(lambda: not unread(READER, limit=1) and not unread(ALERTS, limit=1), PATIENCE)
    listing = _listed(seller, lister, offer, first, second)
    begun = time.perf_counter()
    mine = Notice.objects.filter(person=seeker)
    signs: dict[str, Callable[[], bool]] = {
        "found by its words": lambda: listing.code in {row.code for row in search_listings(Reader(), Asked(text=f"{word}a")).rows},
        "told to the saved search": mine.filter(kind="exchange.search_answered").exists,
        "told to the need's owner": mine.filter(kind="exchange.match_found").exists,
    }  # fmt: skip
    seen: dict[str, float] = {}
    while len(seen) < len(signs):
        for name in signs.keys() - seen.keys():
            if signs[name]():
                seen[name] = time.perf_counter() - begun
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError(f"{listing.code}: only {sorted(seen)}")
        time.sleep(0.01)
    return seen


def _listed(
    member: Member, lister: Person, told: object, first: Person, second: Person
) -> Listing:
    listing = actions.draft_listing(member=member, told=told, by=lister)  # type: ignore[arg-type]
    listing = actions.submit_listing(listing=listing, by=lister)
    listing = actions.check_listing(listing=listing, by=first)
    return actions.publish_listing(listing=listing, by=second)


@contextmanager
def worker() -> Iterator[None]:
    """Let the worker work, as in service."""
    child = subprocess.Popen(
        [sys.executable, "-c", "from khuevan.cli import main; main()", "work"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        child.terminate()
        child.wait(30)


# ---------------------------------------------------------------------------- clocks


def _times(calls: list[Callable[[], object]]) -> list[float]:
    took = []
    for call in calls:
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return took


def _told(seconds: list[float], target: int = 0) -> str:
    found = ", ".join(
        f"p{share} {_at(seconds, share / 100) * 1000:5.1f}" for share in (50, 95, 99)
    )
    return f"{found} ms" + (f" (target p99 < {target})" if target else "")


def _at(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[math.ceil(len(ordered) * share) - 1]


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"
