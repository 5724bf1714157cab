"""The index: golden cases of the rules, and that a score never leaves its bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from khuevan.counter.public import Business
from khuevan.counter.tests.factories import definition, make_cast, make_dossier
from khuevan.measures import versions, words
from khuevan.measures.queries.scores import measured
from khuevan.measures.rules.index766 import (
    Measured,
    Tier,
    score,
    total,
)
from khuevan.measures.rules.levers import levers
from khuevan.measures.versions import index_on, index_versions
from khuevan.platform import clock


[LIVE] = [v for v in index_versions() if v.code == "766-live"]


def points(measured, code, tier=Tier.CITY):
    [one] = [s for s in score(LIVE, measured, tier) if s.item.code == code]
    return one.points


@pytest.mark.parametrize("version", index_versions(), ids=lambda v: v.code)
def test_the_maxima_sum_to_a_hundred_by_group(version):
    assert version.total == 100
    groups = {}
    for item in version.items:
        groups[item.group] = groups.get(item.group, Decimal(0)) + item.max
    assert groups == {"publicity": 18, "progress": 20, "online": 12, "payment": 10, "digitisation": 22, "satisfaction": 18}  # fmt: skip


@pytest.mark.parametrize("version", index_versions(), ids=lambda v: v.code)
@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", "excellent"), ("90", "excellent"), ("89.99", "good"), ("80", "good"),
        ("70", "fair"), ("69.99", "average"), ("50", "average"), ("49.99", "weak"), ("0", "weak"),
    ],
)  # fmt: skip
def test_every_version_has_a_grade_for_every_score(version, points, grade):
    assert version.band(Decimal(points)) == grade
    assert {name for _, name in version.bands} == set(words.BANDS)


def test_a_version_may_bring_grades_of_its_own(tmp_path, monkeypatch):
    newer = """
[[version]]
code = "766-new"
valid_from = 2027-01-01
document = "766/QĐ-TTg"
article = ""
rounding = 2
based_on = "766-live"
band = [{ name = "weak", least = 0 }, { name = "good", least = 60 }]
item = []
"""
    file = tmp_path / "index.toml"
    file.write_text(versions.FILE.read_text(encoding="utf-8") + newer, encoding="utf-8")
    monkeypatch.setattr(versions, "FILE", file)
    index_versions.cache_clear()
    try:
        before, after = index_on(date(2026, 12, 31)), index_on(date(2027, 1, 1))
    finally:
        index_versions.cache_clear()
    assert (before.code, after.code) == ("766-2026", "766-new")
    assert [v.band(Decimal(60)) for v in (before, after)] == ["average", "good"]
    assert after.items == LIVE.items


def test_certified_copies_are_those_of_the_procedures_the_version_names(db):
    cast = make_cast(definition(code="2.000815"))
    make_dossier(Business.DECIDED, cast=cast)
    today = clock.today()

    def copies(*procedures):
        items = [
            replace(one, procedures=procedures) if one.procedures else one
            for one in LIVE.items
        ]
        version = replace(LIVE, items=tuple(items))
        return measured(today, today, cast.commune, version)["ELECTRONIC_CERTIFIED_COPY"]  # fmt: skip

    assert LIVE.item("ELECTRONIC_CERTIFIED_COPY").procedures == ("2.000815",)
    assert copies("2.000815") == Measured(1, 1)
    assert copies("2.000816") == Measured(0, 1)
    without = replace(LIVE, items=())
    assert "ELECTRONIC_CERTIFIED_COPY" not in measured(today, today, None, without)


def test_payment_is_six_a_and_full_at_eighty_percent():
    told = {
        "PAY_DOSSIER": Measured(6, 10),
        "PAY_PROCEDURE_USED": Measured(9, 10),
        "PAY_PROCEDURE_OFFERED": Measured(4, 10),
    }
    payment = [s.points for s in score(LIVE, told, Tier.CITY) if s.item.group == "payment"]  # fmt: skip
    assert payment == [Decimal("3.60"), Decimal("2.00"), Decimal("1.00")]
    assert sum(payment) == Decimal("6.60")


def test_online_dossiers_are_multiplied_by_the_share_synced():
    told = {"ONLINE_DOSSIER_RATIO": Measured(45, 100), "DOSSIER_SYNC": Measured(7, 7)}
    assert points(told, "ONLINE_DOSSIER_RATIO") == Decimal("5.40")
    told["DOSSIER_SYNC"] = Measured(1, 2)
    assert points(told, "ONLINE_DOSSIER_RATIO") == Decimal("2.70")


def test_nothing_to_count_is_full_for_petitions_and_nothing_for_dossiers():
    assert points({}, "PETITION_PROCESSING_ON_TIME") == 6
    assert points({}, "DOSSIER_RECEIVING_SATISFACTION") == 0
    assert points({"PETITION_PROCESSING_ON_TIME": Measured(0, 0)}, "PETITION_PROCESSING_ON_TIME") == 6  # fmt: skip


def test_a_commune_gets_the_maximum_where_an_item_does_not_apply():
    assert points({}, "PUBLIC_UPDATE_ON_TIME", Tier.COMMUNE) == 4
    assert points({}, "PUBLIC_UPDATE_ON_TIME", Tier.CITY) == 0


def test_satisfaction_is_full_at_ninety_percent_and_never_below_nothing():
    assert points({"DOSSIER_RECEIVING_SATISFACTION": Measured(90, 100)}, "DOSSIER_RECEIVING_SATISFACTION") == 6  # fmt: skip
    assert points({"DOSSIER_RECEIVING_SATISFACTION": Measured(-5, 100)}, "DOSSIER_RECEIVING_SATISFACTION") == 0  # fmt: skip


def test_the_version_of_the_day_holds():
    assert index_on(date(2025, 11, 12)).code == "766-live"
    assert index_on(date(2026, 11, 22)).code == "766-2026"


@given(
    st.dictionaries(
        st.sampled_from([i.code for i in LIVE.items]),
        st.builds(Measured, st.integers(0, 1000), st.integers(0, 1000)),
    ),
    st.sampled_from(list(Tier)),
)
def test_a_score_lies_between_nothing_and_its_maximum(measured, tier):
    scored = score(LIVE, measured, tier)
    assert all(0 <= s.points <= s.item.max for s in scored)
    assert 0 <= total(scored) <= 100
    for lever in levers(LIVE, measured, tier):
        assert 0 < lever.gain <= 100 - total(scored)
        assert lever.needed > 0


def full(**changed):
    """Return full marks in every item but those named."""
    return {i.code: Measured(100, 100) for i in LIVE.items if i.scored} | changed


def test_a_late_dossier_mended_lifts_progress_and_satisfaction_at_once():
    told = full(
        PROGRESS_ON_TIME=Measured(80, 100),
        DOSSIER_RECEIVING_SATISFACTION=Measured(60, 100),
    )
    first = levers(LIVE, told, Tier.CITY)[0]
    assert first.item.code == "PROGRESS_ON_TIME"
    assert [one.code for one in first.moves[1:]] == ["DOSSIER_RECEIVING_SATISFACTION"]
    # 20 × 0.20 = 4; 6 × (0.80 − 0.60) / 0.90 = 1.33
    assert (first.gain, first.needed) == (Decimal("5.33"), 20)


def test_a_synced_dossier_lifts_what_is_multiplied_by_the_share_synced():
    told = full(DOSSIER_SYNC=Measured(50, 100), ONLINE_DOSSIER_RATIO=Measured(25, 100))
    first = levers(LIVE, told, Tier.CITY)[0]
    # 6 × 0.5 = 3; 6 × 0.25 / 0.50 × (1 − 0.5) = 1.50
    assert (first.item.code, first.gain, first.needed) == ("DOSSIER_SYNC", Decimal("4.50"), 50)  # fmt: skip


def test_a_lever_asks_for_no_more_than_the_full_score_takes():
    told = full(REUSED_DIGITIZED_DATA=Measured(30, 100))
    [lever] = levers(LIVE, told, Tier.CITY)
    assert (lever.gain, lever.needed) == (Decimal("1.25"), 50)  # full at 80 %


def test_digitised_papers_are_told_by_both_readings():
    [one] = [s for s in score(LIVE, {"SO_HOA_GIAY_TO_GIAI_QUYET": Measured(60, 100)}, Tier.CITY) if s.item.code == "SO_HOA_GIAY_TO_GIAI_QUYET"]  # fmt: skip
    assert (one.points, one.alt) == (Decimal("2.40"), Decimal("3.00"))


def test_certified_copies_are_nothing_a_department_is_scored_on():
    assert points({}, "ELECTRONIC_CERTIFIED_COPY", Tier.DEPARTMENT) == 2
    assert points({}, "ELECTRONIC_CERTIFIED_COPY", Tier.COMMUNE) == 0


def test_unscored_items_are_told_and_win_nothing():
    newest = index_versions()[-1]
    told = {"DOSSIERS_ONLINE": Measured(1, 2), "PROACTIVE_SERVICES": Measured(0, 9)}
    scored = {s.item.code: s for s in score(newest, told, Tier.CITY)}
    assert scored["DOSSIERS_ONLINE"].measured == Measured(1, 2)
    assert (scored["DOSSIERS_ONLINE"].points, newest.total) == (0, 100)
    assert "PROACTIVE_SERVICES" not in {one.item.code for one in levers(newest, told, Tier.CITY)}  # fmt: skip
