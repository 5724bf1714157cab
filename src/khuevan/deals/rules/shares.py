"""Shares of profit and of money: integers of đồng that always add up.

Decree 76/2018/NĐ-CP, Article 17, for results made with money of the State: the author's
part by the law on science and technology and on intellectual property, a broker's part
of at most so much of the profit, and of the rest up to so much for science and technology
work or funds, the remainder for rewards, welfare and investment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuevan.platform.errors import N_, RuleBroken


WHOLE = 10_000
"""Hundredths of a per cent in the whole."""


@dataclass(frozen=True, slots=True)
class ShareRule:
    """What Article 17 sets, in hundredths of a per cent."""

    broker_most: int
    broker_unsaid: int
    science_most: int


@dataclass(frozen=True, slots=True)
class Split:
    """A profit divided, in đồng: the parts add up to the profit."""

    profit: int
    author: int
    broker: int
    science: int
    rewards: int


def part(amount: int, share: int) -> int:
    """Return a share of an amount in whole đồng, rounded half up."""
    return (amount * share * 2 + WHOLE) // (2 * WHOLE)


def apportion(amount: int, shares: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount by shares that make the whole; the parts add up to it exactly.

    The đồng lost to rounding go to the largest remainders, the first of equals first.
    """
    if sum(shares) != WHOLE or any(share < 0 for share in shares):
        raise RuleBroken(N_("The shares have to make 100 per cent together."))
    exact = [amount * share for share in shares]
    parts = [value // WHOLE for value in exact]
    order = sorted(range(len(parts)), key=lambda n: (-(exact[n] % WHOLE), n))
    for n in order[: amount - sum(parts)]:
        parts[n] += 1
    return tuple(parts)


def check_broker(share: int, *, state_funded: bool, rule: ShareRule) -> None:
    """Refuse a broker's share above what the law allows for State-funded results."""
    if not 0 <= share <= WHOLE:
        raise RuleBroken(N_("A share lies between 0 and 100 per cent."), field="broker")
    if state_funded and share > rule.broker_most:
        raise RuleBroken(
            N_("The result was made with money of the State: a broker gets at most %(most)s per cent of the profit (Decree 76/2018/NĐ-CP, Article 17)."),
            field="broker", most=f"{rule.broker_most / 100:g}",
        )  # fmt: skip


def split_profit(
    profit: int, *, author: int, broker: int | None, science: int, rule: ShareRule
) -> Split:
    """Divide the profit from a State-funded result; đồng, shares in hundredths of a per cent.

    `author` and `broker` are shares of the whole profit; a broker's share nobody agreed on
    (None) is what the decree sets; `science` is a share of what is left after both.
    """
    if profit < 0:
        raise RuleBroken(
            N_("A profit is not negative; a loss is not shared here."), field="profit"
        )
    taken = rule.broker_unsaid if broker is None else broker
    check_broker(taken, state_funded=True, rule=rule)
    if not 0 <= author <= WHOLE - taken:
        raise RuleBroken(
            N_("Author and broker together cannot have more than all of it."),
            field="author",
        )
    if not 0 <= science <= rule.science_most:
        raise RuleBroken(
            N_("At most %(most)s per cent of the rest goes to science and technology work (Decree 76/2018/NĐ-CP, Article 17)."),
            field="science", most=f"{rule.science_most / 100:g}",
        )  # fmt: skip
    to_author, to_broker, rest = apportion(
        profit, (author, taken, WHOLE - author - taken)
    )
    to_science, to_rewards = apportion(rest, (science, WHOLE - science))
    return Split(profit, to_author, to_broker, to_science, to_rewards)
