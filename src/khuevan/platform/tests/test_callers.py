"""Our own proxies are believed about whom they pass on; nobody else is."""

from __future__ import annotations

import pytest

from khuevan.platform.callers import address_of


CALLER, PROXY, OTHER = "203.0.113.9", "10.0.0.2", "198.51.100.1"


@pytest.mark.parametrize(
    ("from_", "forwarded", "told"),
    [
        (CALLER, "", CALLER),
        (CALLER, OTHER, CALLER),  # a caller may write what it likes
        (PROXY, CALLER, CALLER),
        (PROXY, f"{OTHER}, {CALLER}", CALLER),  # what it wrote itself stands before
        ("127.0.0.1", f"{CALLER}, {PROXY}", CALLER),  # through two of ours
        ("127.0.0.1", "", "127.0.0.1"),
        (PROXY, "127.0.0.1", "127.0.0.1"),
        ("", OTHER, ""),
    ],
)
def test_the_first_that_is_no_proxy_of_ours_is_the_caller(
    rf, settings, from_, forwarded, told
):
    settings.PROXIES = ["127.0.0.0/8", "10.0.0.0/24"]
    request = rf.get("/", REMOTE_ADDR=from_, headers={"X-Forwarded-For": forwarded})
    assert address_of(request) == told
