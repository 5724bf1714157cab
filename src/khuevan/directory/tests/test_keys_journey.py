"""A security key in a real browser, under the real content security policy."""

from __future__ import annotations

import os

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import sync_playwright

from khuevan.journal.public import facts_about

from .conftest import PASSWORD


CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"


@pytest.fixture
def browse(tmp_path):
    """Run steps in a fresh browser with a virtual key; return what it complained of."""

    def run(*steps):
        complaints = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"]
            )
            page = browser.new_page()
            page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)  # fmt: skip
            page.on("pageerror", lambda error: complaints.append(str(error)))
            devtools = page.context.new_cdp_session(page)
            devtools.send("WebAuthn.enable")
            options = {
                "protocol": "ctap2", "transport": "usb", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }  # fmt: skip
            devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
            for step in steps:
                step(page)
            browser.close()
        return complaints

    return run


@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_key_is_added_and_asked_for(live_server, member, browse, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    base = live_server.url.replace("127.0.0.1", "localhost")

    def sign_in(page):
        page.goto(f"{base}/sign-in/")
        page.fill("#id_login", "ha")
        page.fill("#id_password", PASSWORD)
        page.click("main form[action='/sign-in/'] button")

    def add_key(page):
        page.goto(f"{base}/sign-in/second-step/webauthn/add/")
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/webauthn/add/**")
        page.wait_for_load_state("load")  # its script has to be there
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/recovery-codes/")

    def sign_out(page):
        page.click("form[action='/sign-out/'] button")

    def use_key(page):
        page.wait_for_load_state("load")
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_url("**/steering/inbox/")
        page.goto(f"{base}/account/")
        assert page.url == f"{base}/account/"

    assert browse(sign_in, add_key, sign_out, sign_in, use_key) == []
    assert Authenticator.objects.filter(user=member, type="webauthn").count() == 1
    methods = [f.figures.get("method") for f in facts_about(member.ref)]
    assert methods.count("password+mfa") == 1
