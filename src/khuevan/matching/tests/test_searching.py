"""Search finds by meaning of syllables, counts what it finds, and shows no secret."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from khuevan.matching.public import (
    Asked,
    Kind,
    Licence,
    Saved,
    alerts,
    search,
    suggest,
)

from .factories import EVERYBODY, MEMBERS, make_entry, make_need


def _codes(index, tokens=EVERYBODY, **asked):
    return [hit.entry.code for hit in search(index, Asked(**asked), tokens=tokens).hits]


def test_words_without_accents_find_what_words_with_accents_find(index):
    index.put(
        [
            make_entry("O-1", "Màng lọc nước mặn"),
            make_entry("O-2", "Lọc nước thải dệt nhuộm"),
            make_entry("O-3", "Robot hàn"),
        ]
    )
    with_accents = search(index, Asked(text="lọc nước mặn"), tokens=EVERYBODY)
    assert [hit.entry.code for hit in with_accents.hits] == ["O-1", "O-2"]
    without = search(index, Asked(text="LOC NUOC MAN"), tokens=EVERYBODY)
    assert without == with_accents


def test_neighbouring_syllables_count_more_than_scattered_ones(index):
    index.put(
        [
            make_entry("O-1", "Nước sạch cho người lọc máu"),
            make_entry("O-2", "Máy lọc nước cho người dân"),
        ]
    )
    assert _codes(index, text="lọc nước") == ["O-2", "O-1"]


def test_equal_scores_are_ordered_by_code_whatever_came_first(index):
    index.put([make_entry(code) for code in ("O-3", "O-1", "O-2")])
    index.put([make_entry("O-0")])
    assert _codes(index, text="màng lọc") == ["O-0", "O-1", "O-2", "O-3"]
    page = search(index, Asked(text="màng lọc"), tokens=EVERYBODY, offset=2, limit=2)
    assert [hit.entry.code for hit in page.hits] == ["O-2", "O-3"]
    assert page.total == 4


def test_without_words_the_newest_come_first_and_reading_ends_somewhere(index):
    index.put(
        [
            make_entry(
                f"O-{n:03}", published_at=datetime(2026, 1, n % 20 + 1, tzinfo=UTC)
            )
            for n in range(100)
        ]
    )
    assert _codes(index)[:6] == ["O-019", "O-039", "O-059", "O-079", "O-099", "O-018"]
    page = search(index, Asked(), tokens=EVERYBODY, offset=98)
    assert [hit.entry.code for hit in page.hits] == ["O-060", "O-080"]
    beyond = search(index, Asked(), tokens=EVERYBODY, offset=10**12)
    assert (beyond.hits, beyond.total) == ((), 100)


def test_filters_narrow_and_counts_say_what_another_choice_would_find(index):
    index.put(
        [
            make_entry("O-1", fields=("water",), region="01", trl=(7, 7)),
            make_entry("O-2", fields=("water",), region="79", price=(5, 9)),
            make_entry("O-3", fields=("energy",), licences=(Licence.EXCLUSIVE,)),
            make_need("N-1", fields=("water",), trl=(6, 8)),
        ]
    )
    found = search(index, Asked(fields=frozenset({"water"})), tokens=EVERYBODY)
    assert sorted(hit.entry.code for hit in found.hits) == ["N-1", "O-1", "O-2"]
    assert found.facets["fields"] == (("water", 3), ("energy", 1))
    assert found.facets["kinds"] == (("offer", 2), ("need", 1))
    assert found.facets["trls"] == (("7", 2), ("6", 1), ("8", 1))
    assert found.facets["bands"] == (("unstated", 2), ("0", 1))
    assert found.facets["licences"] == ()
    assert _codes(index, trls=frozenset({6, 7}), kinds=frozenset({Kind.OFFER})) == [
        "O-1"
    ]
    assert _codes(index, licences=frozenset({Licence.EXCLUSIVE})) == ["O-3"]


def test_people_narrow_by_sort_house_check_mark_and_bands_of_readiness(index):
    index.put(
        [
            make_entry("O-1", sort="software", house="institute", trl=(5, 5)),
            make_entry("O-2", sort="software", checked="trialled", marks=("auction",)),
            make_need("N-1", sort="need", house="agency", trl=(6, 9)),
        ]
    )
    found = search(index, Asked(), tokens=EVERYBODY).facets
    assert found["sorts"] == (("software", 2), ("need", 1))
    assert found["houses"] == (("agency", 1), ("institute", 1))
    assert (found["checks"], found["marks"]) == ((("trialled", 1),), (("auction", 1),))
    assert found["trl_bands"] == (("4-6", 2), ("7-9", 1))
    assert _codes(index, trl_bands=frozenset({"7-9"})) == ["N-1"]
    assert _codes(index, sorts=frozenset({"software"}), marks=frozenset({"auction"})) == ["O-2"]  # fmt: skip


def test_what_is_out_of_date_is_neither_found_nor_counted_nor_suggested(index):
    index.put([make_entry("O-1", "Màng lọc nước"), make_entry("O-2", "Màng lọc khí")])
    stale = frozenset({"O-1", "unknown"})
    found = search(index, Asked(text="màng lọc"), tokens=EVERYBODY, without=stale)
    assert ([hit.entry.code for hit in found.hits], found.total) == (["O-2"], 1)
    assert found.facets["kinds"] == (("offer", 1),)
    assert suggest(index, "màng", tokens=EVERYBODY, without=stale) == ("Màng lọc khí",)


# ------------------------------------------------------------------ who sees what


@pytest.fixture
def three_levels(index):
    index.put(
        [
            make_entry("open", "Lọc nước", body="graphene hoạt hóa"),
            make_entry("teaser", "Lọc nước", body="xúc tác palladium", body_seen_by=("members",)),
            make_entry("members", "Lọc nước kín", seen_by=("members",), fields=("water",)),
            make_entry("draft", "Lọc nước nháp", seen_by=("owner:1",), region="99"),
            make_entry("nobody", "Lọc nước ẩn", seen_by=()),
        ]
    )  # fmt: skip
    return index


@pytest.mark.parametrize(
    ("tokens", "seen"),
    [
        (frozenset(), []),
        (EVERYBODY, ["open", "teaser"]),
        (MEMBERS, ["members", "open", "teaser"]),
        (MEMBERS | {"owner:1"}, ["draft", "members", "open", "teaser"]),
        (frozenset({"owner:2"}), []),
    ],
)
def test_every_path_shows_the_same_visible_set(three_levels, tokens, seen):
    found = search(three_levels, Asked(), tokens=tokens)
    assert sorted(hit.entry.code for hit in found.hits) == seen
    assert found.total == len(seen)
    assert sorted(_codes(three_levels, tokens, text="lọc nước")) == seen
    assert dict(found.facets["kinds"]).get("offer", 0) == len(seen)
    assert ("99" in dict(found.facets["regions"])) == ("draft" in seen)
    titles = suggest(three_levels, "loc nu", tokens=tokens)
    assert ("Lọc nước kín" in titles) == ("members" in seen)
    assert ("Lọc nước nháp" in titles) == ("draft" in seen)
    assert "Lọc nước ẩn" not in titles


def test_a_body_for_members_neither_finds_nor_shows_for_the_public(three_levels):
    assert _codes(three_levels, text="palladium") == []
    assert _codes(three_levels, MEMBERS, text="palladium") == ["teaser"]
    assert _codes(three_levels, text="graphene") == ["open"]
    seen = search(three_levels, Asked(text="lọc nước"), tokens=EVERYBODY).hits
    assert {hit.entry.code: hit.entry.body for hit in seen} == {
        "open": "graphene hoạt hóa",
        "teaser": "",
    }


def test_suggestions_go_on_from_what_was_typed(index):
    index.put([make_entry("O-1", "Lọc nước bằng nắng"), make_entry("O-2", "Robot hàn")])
    assert suggest(index, "lọc nước b", tokens=EVERYBODY) == ("Lọc nước bằng nắng",)
    assert suggest(index, "ro", tokens=EVERYBODY) == ("Robot hàn",)
    assert suggest(index, "nước lọc z", tokens=EVERYBODY) == ()
    assert suggest(index, "  ", tokens=EVERYBODY) == ()
    assert suggest(index, ".*", tokens=EVERYBODY) == ()


# ------------------------------------------------------------------- saved searches


WORDS = [
    "lọc",
    "nước",
    "thải",
    "màng",
    "hàn",
    "robot",
    "sấy",
    "nhiệt",
    "muối",
    "tôm",
    "cảm",
    "biến",
]


@pytest.mark.parametrize("seed", range(6))
def test_a_saved_search_waits_for_exactly_what_search_would_find(index, seed):
    draw = random.Random(seed)

    def text(most):
        return " ".join(draw.choices(WORDS, k=draw.randint(0, most)))

    entries = [
        make_entry(
            f"O-{n}",
            text(4) or "lọc",
            summary=text(5),
            body=text(5),
            kind=draw.choice([*Kind]),
            fields=tuple(draw.sample(["water", "energy"], draw.randint(0, 2))),
            trl=draw.choice([None, (3, 3), (5, 8)]),
            price=draw.choice([None, (0, 10), (600_000_000, 700_000_000)]),
            names=text(2),
            house=draw.choice(["", "institute"]),
            marks=draw.choice([(), ("auction",)]),
            seen_by=draw.choice([("public",), ("members",), ()]),
            body_seen_by=draw.choice([("public",), ("members",), ()]),
        )
        for n in range(40)
    ]
    index.put(entries)
    for _ in range(25):
        saved = Saved(
            "S",
            Asked(
                text=text(7),
                kinds=frozenset(draw.sample([*Kind], draw.randint(0, 1))),
                fields=frozenset(draw.sample(["water"], draw.randint(0, 1))),
                trls=frozenset(draw.sample([3, 6], draw.randint(0, 1))),
                bands=frozenset(draw.sample(["0", "unstated"], draw.randint(0, 1))),
                trl_bands=frozenset(draw.sample(["4-6"], draw.randint(0, 1))),
                houses=frozenset(draw.sample(["institute"], draw.randint(0, 1))),
                marks=frozenset(draw.sample(["auction"], draw.randint(0, 1))),
            ),
            draw.choice([EVERYBODY, MEMBERS, frozenset()]),
        )
        found = search(index, saved.asked, tokens=saved.tokens, limit=100)
        assert {hit.entry.code for hit in found.hits} == {
            entry.code for entry in entries if alerts(entry, [saved])
        }


def test_a_new_entry_alerts_who_waits_for_it():
    waiting = [
        Saved("S-2", Asked(text="loc nuoc"), EVERYBODY),
        Saved("S-1", Asked(text="màng"), EVERYBODY),
        Saved("S-3", Asked(text="robot"), EVERYBODY),
        Saved("S-4", Asked(text="màng"), frozenset({"members"})),
    ]
    assert alerts(make_entry(title="Màng lọc nước"), waiting) == ("S-1", "S-2")


def test_beyond_the_last_hit_that_is_read_there_is_no_page(index, monkeypatch):
    monkeypatch.setattr("khuevan.matching.searching.LAST_HIT", 4)
    index.put(make_entry(f"O-{n}") for n in range(9))
    pages = [search(index, Asked(text="nước"), tokens=EVERYBODY, offset=start, limit=2) for start in range(0, 9, 2)]  # fmt: skip
    assert [len(page.hits) for page in pages] == [2, 2, 2, 0, 0]
    assert {page.total for page in pages} == {9}
