"""The expressions themselves, the same for every backend.

Events of a case are ordered by time, ties by their place in the file. What depends
only on the order of activities is asked of the variants, of which there are few, and
not of the events again.
"""

from __future__ import annotations

import ibis

from khuevan.analytics.engine import Table, total


def codes(events: Table) -> Table:
    """Return each activity with a small number, in the order of the names."""
    names = events.select(name=events.activity).distinct()
    return names.mutate(code=ibis.row_number().over(order_by="name").cast("int32"))


def coded(events: Table, codes: Table) -> Table:
    """Return the events with numbers for activities: half the work of ordering names."""
    joined = events.join(codes, events.activity == codes.name)
    return joined.drop("activity", "name").rename(activity="code")


def steps(events: Table) -> Table:
    """Return each event with its place in the case and what follows after what wait."""
    order = ibis.window(group_by="case_id", order_by=["us", "position"])
    return events.select(
        "case_id",
        "activity",
        "us",
        "resource",
        "org",
        place=ibis.row_number().over(order),
        following=events.activity.lead().over(order),
        wait=events.us.lead().over(order) - events.us,
        next_resource=events.resource.lead().over(order),
        next_org=events.org.lead().over(order),
    )


def durations_per_case(events: Table) -> Table:
    """Return how long each case took, when nothing else is asked of it."""
    return events.group_by("case_id").aggregate(took=events.us.max() - events.us.min())


def per_case(steps: Table) -> Table:
    """Return each case with its begin, how long it took and its activities in order."""
    placed = ibis.struct({"place": steps.place, "activity": steps.activity})
    return steps.group_by("case_id").aggregate(
        began=steps.us.min(),
        took=steps.us.max() - steps.us.min(),
        trace=placed.collect().sort().map(lambda step: step.activity),
    )


def variants(cases: Table) -> Table:
    """Return each different sequence with the number of its cases.

    `variant` is one of the cases, as a key shorter than the sequence.
    """
    return cases.group_by("trace").aggregate(
        count=cases.count(), variant=cases.case_id.min()
    )


def cases_by_variant(cases: Table) -> Table:
    """Return each case with its begin, its activities and the key of its variant."""
    alike = ibis.window(group_by="trace")
    return cases.select(
        "case_id", "began", "trace", variant=cases.case_id.min().over(alike)
    )


def traces_of_variants(cases: Table) -> Table:
    """Return each variant once, with its activities."""
    return cases.filter(cases.case_id == cases.variant).select("variant", "trace")


def variant_steps(variants: Table) -> Table:
    """Return the steps of each variant, with what comes next and after that."""
    unnested = variants.unnest("trace", offset="place").rename(activity="trace")
    order = ibis.window(group_by="variant", order_by="place")
    return unnested.mutate(
        following=unnested.activity.lead().over(order),
        after_that=unnested.activity.lead(2).over(order),
    )


def pairs(steps: Table) -> Table:
    """Return what directly follows what: count, waiting summed, median and p90."""
    moves = steps.filter(steps.following.notnull())
    return moves.group_by(["activity", "following"]).aggregate(
        count=moves.count(),
        median=moves.wait.median(),
        p90=moves.wait.quantile(0.9),
        **total(moves.wait),
    )


def durations(cases: Table) -> Table:
    """Return one row: how long cases took."""
    return cases.aggregate(
        count=cases.count(),
        minimum=cases.took.min(),
        median=cases.took.median(),
        p90=cases.took.quantile(0.9),
        maximum=cases.took.max(),
        **total(cases.took),
    )


def activities_of_variants(steps: Table) -> Table:
    """Return how often each variant has each activity, and what begins and ends it."""
    return steps.group_by(["variant", "count", "activity"]).aggregate(
        times=steps.count(),
        starts=(steps.place == 0).ifelse(1, 0).sum(),
        ends=steps.following.isnull().ifelse(1, 0).sum(),
        loops=(steps.activity == steps.following).ifelse(1, 0).sum(),
    )


def activities(found: Table) -> Table:
    """Return how often each activity is done, in how many cases, how often again."""
    weight = found["count"]
    again = found.times > 1
    return found.group_by("activity").aggregate(
        count=(found.times * weight).sum(),
        cases=weight.sum(),
        starts=(found.starts * weight).sum(),
        ends=(found.ends * weight).sum(),
        loops=(found.loops * weight).sum(),
        repeated=again.ifelse(weight, 0).sum(),
        extra=((found.times - 1) * weight).sum(),
    )


def reworked_cases(found: Table) -> Table:
    """Return one row: in how many cases something was done more than once."""
    by_variant = found.group_by(["variant", "count"]).aggregate(most=found.times.max())
    return by_variant.aggregate(
        n=(by_variant.most > 1).ifelse(by_variant["count"], 0).sum()
    )


def ping_pong(steps: Table) -> Table:
    """Return how often one activity went to another and straight back."""
    back = steps.filter(
        (steps.activity == steps.after_that) & (steps.activity != steps.following)
    )
    return back.group_by(["activity", "following"]).aggregate(count=back["count"].sum())


def hand_overs(steps: Table, who: str) -> Table:
    """Return how often work went from one `resource` or `org` to another."""
    to = f"next_{who}"
    passed = steps.filter(
        steps[who].notnull() & steps[to].notnull() & (steps[who] != steps[to])
    )
    return passed.group_by([who, to]).aggregate(
        count=passed.count(), **total(passed.wait)
    )
