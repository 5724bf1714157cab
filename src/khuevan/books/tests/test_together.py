"""Many at once, and any acts in any order: money neither comes nor goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.books import actions
from khuevan.books.models import Account, Book
from khuevan.books.queries import account_views, balance, faults_of
from khuevan.books.rules import move
from khuevan.platform.errors import RuleBroken

from .factories import BANK, BUYER, FEES, SELLER, make_cast, pay_in


ACCOUNTS = (BANK, BUYER, SELLER, FEES)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 50)),
        st.tuples(st.just("hold"), st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 50)),
        st.tuples(st.just("post"), st.integers(0, 10), st.one_of(st.none(), st.integers(0, 60))),
        st.tuples(st.just("let_go"), st.integers(0, 10)),
        st.tuples(st.just("reverse"), st.integers(1, 10)),
    ),
    max_size=25,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(acts=acts)
def test_whatever_is_tried_the_book_holds_together(db, acts):
    cast = make_cast()
    pay_in(cast, 100)
    for number, (verb, *given_) in enumerate(acts):
        try:
            _do(cast.code, verb, number, given_)
        except RuleBroken:
            continue
    book = Book.objects.get(code=cast.code)
    assert faults_of(cast.code) == []
    views = account_views(Account.objects.filter(book=book))
    assert sum(view.standing * view.kind.side for view in views) == 0
    assert all(view.free >= 0 for view in views)


def _do(code, verb, number, told):
    if verb == "enter":
        debit, credit, amount = told
        lines = move(amount, debit=debit, credit=credit)
        actions.enter(book=code, key=f"e{number}", lines=lines, words="x", by=None)
    elif verb == "hold":
        debit, credit, amount = told
        if debit != credit:
            actions.hold(book=code, key=f"h{number}", debit=debit, credit=credit, amount=amount, words="x", by=None)  # fmt: skip
    elif verb == "post":
        actions.post_hold(book=code, key=f"h{told[0]}", amount=told[1], by=None)
    elif verb == "let_go":
        actions.let_go(book=code, key=f"h{told[0]}", by=None)
    else:
        actions.reverse(book=code, number=told[0], words="x", by=None)


@pytest.mark.django_db(transaction=True)
def test_two_who_spend_the_same_money_at_once_do_not_both_have_it():
    cast = make_cast()
    pay_in(cast, 1_000)

    def spend(number):
        try:
            actions.enter(
                book=cast.code, key=f"out-{number}", words="Chi",
                lines=move(300, debit=BUYER, credit=SELLER), by=None,
            )  # fmt: skip
            return True
        except RuleBroken:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        went = list(pool.map(spend, range(8)))
    assert sum(went) == 3
    assert balance(cast.code, BUYER).standing == 100
    assert faults_of(cast.code) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_key_sent_by_many_at_once_enters_once():
    cast = make_cast()

    def send(_):
        try:
            return actions.enter(
                book=cast.code, key="in", words="Nộp",
                lines=move(300, debit=BANK, credit=BUYER), by=None,
            ).number  # fmt: skip
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {1}
    assert balance(cast.code, BANK).standing == 300
