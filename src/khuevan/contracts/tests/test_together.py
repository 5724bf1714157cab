"""Two at once: signatures and drafts made in the same second."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from khuevan.contracts import actions
from khuevan.contracts.models import Contract, Signature
from khuevan.contracts.rules.states import State
from khuevan.platform import files
from khuevan.platform.signing import verify_pdf

from .factories import draw, make_cast


@pytest.fixture
def together(transactional_db, documents):
    return make_cast()


def at_once(*acts):
    start = Barrier(len(acts))

    def one(act):
        try:
            start.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_two_signers_in_the_same_second_leave_two_valid_signatures(together):
    contract = draw(together)
    signed = at_once(
        lambda: actions.sign_contract(contract=contract.id, by=together.giver),
        lambda: actions.sign_contract(contract=contract.id, by=together.taker),
        lambda: actions.sign_contract(contract=contract.id, by=together.taker),
    )
    assert State.IN_FORCE in {view.state for view in signed}
    assert Signature.objects.count() == 2
    reports = verify_pdf(files.read(Contract.objects.get().file))
    assert len(reports) == 4
    assert all(report.intact and report.trusted for report in reports)


def test_drawn_up_by_both_sides_at_once_it_is_one_contract(together):
    one, other = at_once(
        lambda: draw(together, subject="things.deal:one"),
        lambda: draw(together, subject="things.deal:one"),
    )
    assert one == other
    assert Contract.objects.count() == 1
