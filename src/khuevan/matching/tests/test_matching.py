"""Needs and offers are matched from both sides, and every answer has its reasons."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from khuevan.matching.public import (
    Index,
    Licence,
    Part,
    Screening,
    look,
    match,
    obstacles,
    say,
    sides,
    weights_on,
)

from .factories import EVERYBODY, MEMBERS, make_entry, make_need


NEED = make_need(
    title="Tìm cách lọc nước mặn cho trại tôm",
    summary="Trại tôm cần nước ngọt, chi phí thấp.",
    fields=("water",),
    region="01",
    trl=(6, 9),
    licences=(Licence.NON_EXCLUSIVE, Licence.SALE),
    territories=("VN-HN",),
    price=(0, 800_000_000),
)


def _offer(code="O-1", **told):
    return make_entry(
        code,
        **{
            "title": "Màng lọc nước mặn bằng năng lượng mặt trời",
            "summary": "Lọc nước mặn thành nước ngọt cho vùng nuôi tôm.",
            "fields": ("water", "energy"),
            "trl": (7, 7),
            "licences": (Licence.NON_EXCLUSIVE,),
            "territories": ("VN",),
            "price": (300_000_000, 500_000_000),
        }
        | told,
    )


def _codes(matches):
    return [one.entry.code for one in matches]


def test_an_offer_that_fits_is_matched_with_its_reasons_in_words(index):
    index.put([_offer(region="01", deals=2), make_entry("O-2", "Robot hàn khung xe")])
    (found,) = match(index, NEED, tokens=EVERYBODY)
    assert found.entry.code == "O-1"
    assert 0.4 < found.score < 1
    names = {"water": "water and sanitation", "01": "Hà Nội"}
    assert [say(reason, names) for reason in found.reasons] == [
        "Both speak of: lọc nước, nước mặn, nước ngọt, cho, tôm",
        "Same field: water and sanitation",
        "TRL 7 is within the wanted 6 to 9",
        "Both are in Hà Nội",
        "At most 500,000,000 đồng, within the budget of 800,000,000 đồng",
        "Its owner has delivered 2 deals traced here",
    ]


def test_reasons_are_told_in_vietnamese(index):
    index.put([_offer()])
    (found,) = match(index, NEED, tokens=EVERYBODY)
    with translation.override("vi"):
        told = [say(reason) for reason in found.reasons]
    assert "Nhiều nhất 500.000.000 đồng, trong ngân sách 800.000.000 đồng" in told
    assert "TRL 7 nằm trong khoảng cần 6 đến 9" in told


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"trl": (3, 3)}, "TRL 3 is outside the wanted 6 to 9"),
        (
            {"licences": (Licence.OWNERSHIP, Licence.EXCLUSIVE)},
            (
                "Wanted is non-exclusive licence, sale of goods, "
                "offered transfer of ownership, exclusive licence"
            ),
        ),
        (
            {"territories": ("LA", "VN-SG")},
            "The right does not reach to VN-HN, only to LA, VN-SG",
        ),
        (
            {"price": (900_000_000, 950_000_000)},
            "It costs at least 900,000,000 đồng, the budget is 800,000,000 đồng",
        ),
        (
            {"screening": Screening.RESTRICTED},
            (
                "The technology is on the list of restricted ones, "
                "and the need does not take those"
            ),
        ),
        (
            {"screening": Screening.PROHIBITED},
            "The technology is on the list of prohibited ones",
        ),
        ({"owner": NEED.owner}, "Need and offer belong to the same owner"),
    ],
)
def test_what_cannot_be_dealt_is_left_out_and_says_why(index, told, sentence):
    offer = _offer("O-1", **told)
    index.put([offer, _offer("O-2")])
    assert _codes(match(index, NEED, tokens=EVERYBODY)) == ["O-2"]
    assert [say(reason) for reason in obstacles(NEED, offer)] == [sentence]
    assert _codes(match(index, offer, tokens=EVERYBODY)) == []


def test_what_nobody_stated_keeps_nobody_apart(index):
    bare = make_entry("O-1", "Lọc nước mặn")
    index.put([bare])
    (found,) = match(index, NEED, tokens=EVERYBODY)
    assert [reason.what[:4] for reason in found.reasons] == ["Both"]
    assert obstacles(NEED, bare) == ()


def test_a_need_that_takes_restricted_technology_is_shown_it(index):
    index.put([_offer(screening=Screening.RESTRICTED)])
    assert match(index, NEED, tokens=EVERYBODY) == ()
    licensed = make_need(title=NEED.title, takes_restricted=True)
    assert _codes(match(index, licensed, tokens=EVERYBODY)) == ["O-1"]


def test_a_price_range_partly_within_the_budget_counts_partly(index):
    index.put([_offer("O-1", price=(600_000_000, 1_000_000_000)), _offer("O-2")])
    half, whole = sorted(
        match(index, NEED, tokens=EVERYBODY), key=lambda one: one.entry.code
    )
    weight = weights_on(date(2026, 11, 2))[Part.PRICE]
    assert whole.score - half.score == pytest.approx(weight / 2, abs=1e-4)
    assert (
        "From 600,000,000 đồng within the budget of 800,000,000 đồng, "
        "at most 1,000,000,000 đồng"
    ) in [say(reason) for reason in half.reasons]


def test_both_sides_give_the_pair_the_same_score(index):
    index.put([NEED, _offer(), make_entry("O-2", "Robot hàn"), make_need("N-2", "Hàn")])
    (from_need,) = match(index, NEED, tokens=EVERYBODY)
    from_offer = match(index, _offer(), tokens=EVERYBODY)[0]
    assert from_offer.entry.code == "N-1"
    assert from_offer.score == from_need.score


def test_an_offer_that_mentions_everything_does_not_win(index):
    everything = " ".join(f"từ{n} khóa{n} lọc nước mặn trại tôm" for n in range(40))
    index.put([_offer("O-1"), _offer("O-2", title="Dịch vụ", summary=everything)])
    assert _codes(match(index, NEED, tokens=EVERYBODY)) == ["O-1", "O-2"]


def test_the_same_entries_give_the_same_answer_however_they_came(index, tmp_path):
    offers = [_offer(f"O-{n}", deals=n % 3, trl=(5 + n % 5,) * 2) for n in range(30)]
    index.put([make_entry(f"X-{n}", "Màng lọc nước mặn") for n in range(50)])
    for offer in reversed(offers):
        index.put([offer])
    index.remove([f"X-{n}" for n in range(50)])
    anew = Index(tmp_path / "anew")
    anew.rebuild(lambda: offers)
    matches = match(index, NEED, tokens=EVERYBODY, limit=30)
    assert len(matches) == 24  # TRL 5 is outside the window
    assert match(anew, NEED, tokens=EVERYBODY, limit=30) == matches
    scores = [(-one.score, one.entry.code) for one in matches]
    assert scores == sorted(scores)


def test_many_that_cannot_be_dealt_do_not_hide_the_one_that_can(index):
    dear = [_offer(f"A-{n:03}", price=(10**9, 10**9)) for n in range(450)]
    index.put([*dear, _offer("Z", title="Lọc nước", summary="")])
    assert _codes(match(index, NEED, tokens=EVERYBODY)) == ["Z"]


def test_a_shared_word_that_cannot_be_spelled_makes_no_empty_sentence(index):
    index.put([make_entry("O-1", "½", fields=("water",))])
    (found,) = match(index, make_need(title="1/2", fields=("water",)), tokens=EVERYBODY)
    assert [say(reason) for reason in found.reasons] == ["Same field: water"]
    assert found.score > 0.5


def test_a_match_reads_only_what_its_asker_may_see(index):
    index.put(
        [
            _offer("closed", seen_by=("members",)),
            _offer("teaser", title="Thiết bị", summary="", body="lọc nước mặn", body_seen_by=("members",)),
        ]
    )  # fmt: skip
    assert match(index, NEED, tokens=EVERYBODY) == ()
    assert match(index, NEED, tokens=frozenset()) == ()
    found = match(index, NEED, tokens=MEMBERS)
    assert sorted(_codes(found)) == ["closed", "teaser"]
    assert all("lọc nước" in " ".join(map(say, one.reasons)) for one in found)


def test_a_hidden_body_adds_nothing_to_a_score(index):
    index.put([_offer("O-1", body="trại tôm chi phí thấp", body_seen_by=("members",))])
    (public,) = match(index, NEED, tokens=EVERYBODY)
    (member,) = match(index, NEED, tokens=MEMBERS)
    assert public.entry.body == ""
    assert public.score < member.score
    assert "trại" not in say(public.reasons[0])


def test_two_of_the_same_side_are_a_mistake():
    with pytest.raises(ValueError, match="same side"):
        sides(NEED, NEED)


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 11, 2)])
def test_weights_add_up_to_one(day):
    assert sum(weights_on(day).values()) == pytest.approx(1)
    assert set(weights_on(day)) == set(Part)


def test_a_name_is_no_reason_and_what_is_out_of_date_no_match(index):
    index.put([_offer(names="Công ty Trại Tôm"), _offer("O-2"), _offer("O-3")])
    need = make_need("N-1", "Trại tôm cần nước ngọt", names="Công ty Trại Tôm")
    found = match(index, need, tokens=EVERYBODY, without=frozenset({"O-3"}))
    assert _codes(found) == ["O-1", "O-2"]
    assert found[0].score == found[1].score
    assert "công ty" not in " ".join(say(one) for one in found[0].reasons)


def test_words_everybody_uses_are_no_reason(index):
    others = [
        make_entry(f"X-{n}", f"Máy {n}", summary="Tin giả định") for n in range(40)
    ]
    index.put([_offer(summary="Tin giả định, lọc nước mặn"), *others])
    need = make_need("N-1", "Tin giả định: lọc nước mặn")
    told = say(match(index, need, tokens=EVERYBODY)[0].reasons[0])
    assert "nước mặn" in told
    assert "giả định" not in told


def test_near_misses_say_all_that_keeps_them_apart(index):
    far = make_entry("O-9", "Robot hàn khung xe", price=(10**12, 10**12))
    index.put([_offer(), _offer("O-2", price=(10**10, 10**10), trl=(3, 3)), far])
    first, *_rest = look(index, NEED, tokens=EVERYBODY).near
    assert first.entry.code == "O-2"
    assert first.obstacles == obstacles(NEED, first.entry)
    assert len(first.obstacles) == 2
    assert "O-1" not in {one.entry.code for one in look(index, NEED, tokens=EVERYBODY).near}  # fmt: skip
    assert look(index, NEED, tokens=frozenset({"nobody"})).near == ()
    assert look(index, NEED, tokens=EVERYBODY, without=frozenset({"O-2"}), near=1).near != (first,)  # fmt: skip
