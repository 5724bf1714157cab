"""What a partner lists comes, changes and goes as it does there, and nothing else comes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.directory.public import Organisation, Role
from khuevan.directory.tests.factories import make_person
from khuevan.exchange.public import find_offers_and_needs, listing_for
from khuevan.exchange.tests.factories import State, make_cast, make_listing
from khuevan.federation import actions, pulling
from khuevan.federation.models import Came, Partner
from khuevan.federation.pulling import NotRead, pull
from khuevan.federation.rules import Side, Standing, Trust
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.outside import Answer

from .factories import FIELDS, THERE, Feed, agreement, gone, listed, make_partner


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


@pytest.fixture
def feed(monkeypatch):
    found = Feed()
    monkeypatch.setattr(pulling, "fetch", found.fetch)
    return found


@pytest.fixture
def partner(feed):
    return make_partner()


@pytest.fixture
def reviewer(db):
    return make_person(Role.OFFICIAL, Organisation.objects.get(code="H26.KHCN"))


def read(partner):
    partner.refresh_from_db()
    return dict(pull(partner))


def here():
    """Return what strangers find of the partner's listings, by its code there."""
    found = find_offers_and_needs(person=make_person(), text="cam bien do man")
    shown = [listing_for(None, code) for _title, code, _address in found]
    return {one.origin.code: one for one in shown if one and one.origin}


def let_in(by):
    """Let somebody let in the only thing that came, as it stands now."""
    came = Came.objects.get()
    return actions.pass_listing(came=came, seen=came.digest, by=by)


def test_a_listing_comes_as_it_was_declared(partner, feed):
    feed.says(listed())
    assert read(partner)[Standing.LISTED] == 1
    [one] = here().values()
    assert {name: one.fields[name] for name in FIELDS} == FIELDS
    assert (one.origin.base, one.origin.address) == (THERE, f"{THERE}/exchange/listings/CN26-000001/")  # fmt: skip
    assert one.origin.licence == "https://example.org/cc"
    assert facts_about(partner.ref)[-1].kind == "federation.changes_taken"


def test_it_changes_and_goes_with_its_origin(partner, feed):
    feed.says(listed())
    read(partner)
    feed.says(
        listed(change="changed", title_vi="Cảm biến đo mặn kiểu mới cho trạm bơm")
    )
    read(partner)
    [one] = here().values()
    assert one.fields["title_vi"].endswith("kiểu mới cho trạm bơm")
    feed.says(gone())
    assert read(partner)[Standing.GONE] == 1
    assert here() == {}
    came = Came.objects.get()
    assert (came.standing, came.declared, came.title) == (Standing.GONE, {}, "")
    feed.says(listed())
    read(partner)
    assert set(here()) == {"CN26-000001"}


def test_pages_are_read_on_from_where_they_were(partner, feed):
    feed.says(listed())
    feed.says(listed("CN26-000002", title_vi="Cảm biến đo mặn chạy pin mặt trời", summary_vi="Một máy khác hẳn, đặt trên phao giữa sông và gửi số liệu qua vệ tinh."))  # fmt: skip
    read(partner)
    assert len(here()) == 2
    feed.asked.clear()
    read(partner)
    assert [url for url in feed.asked if "since=2" in url]
    assert len(feed.asked) == 2


@pytest.mark.parametrize("base", ["http://localhost:8000", "https://third.example.org"])
def test_what_came_from_us_or_a_third_is_not_taken_back(partner, feed, base):
    feed.says(listed(origin=base))
    assert read(partner)[Standing.REFUSED] == 1
    assert here() == {}
    assert "một sàn khác" in Came.objects.get().told_why


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title_vi": "Hệ cảm biến đo mặn, gọi 0912 345 678"}, "0912"),
        ({"kind": "spell"}, "spell"),
        ({"trl": 12}, "trl"),
        ({"title_vi": ""}, "tên"),
        ({"ipc": ["không phải mã"]}, ""),
    ],
)
def test_what_is_refused_stays_out_with_a_sentence_and_the_rest_comes(
    partner, feed, change, words
):
    feed.says(listed("CN26-000009", **change), listed())
    counted = read(partner)
    assert (counted[Standing.REFUSED], counted[Standing.LISTED]) == (1, 1)
    assert set(here()) == {"CN26-000001"}
    assert words in Came.objects.get(code="CN26-000009").told_why


def test_prohibited_technology_stays_out(partner, feed):
    feed.says(listed(title_vi="Cảm biến và công nghệ sản xuất vũ khí hóa học", description="Công nghệ sản xuất vũ khí hóa học."))  # fmt: skip
    assert read(partner)[Standing.REFUSED] == 1
    assert here() == {}


def test_a_copy_of_ours_waits_for_a_reviewer(partner, feed, reviewer):
    cast = make_cast()
    ours = make_listing(cast, State.PUBLISHED)
    same = {name: getattr(ours, name) for name in ("title_vi", "title_en", "summary_vi", "summary_en", "advantage", "description")}  # fmt: skip
    feed.says(listed(**same))
    assert read(partner)[Standing.HELD] == 1
    came = Came.objects.get()
    assert ours.code in came.told_why
    assert came.listing is None
    let_in(by=reviewer)
    came.refresh_from_db()
    assert (came.standing, came.why) == (Standing.LISTED, "")
    with pytest.raises(RuleBroken, match="decided"):
        actions.refuse_listing(came=came, words="Trùng với tin của ta", by=reviewer)


def test_a_new_partners_listings_wait_and_are_kept_out(feed, reviewer):
    partner = make_partner(trust=Trust.REVIEWED)
    feed.says(listed())
    assert read(partner)[Standing.HELD] == 1
    assert here() == {}
    with pytest.raises(PermissionDenied):
        let_in(by=make_person(Role.HEAD))
    actions.refuse_listing(
        came=Came.objects.get(), words="Không rõ ai cung cấp", by=reviewer
    )
    assert Came.objects.get().standing == Standing.REFUSED
    assert here() == {}


def test_only_what_was_agreed_on_is_taken(feed):
    partner = make_partner(takes=[Side.NEED])
    feed.says(listed())
    assert read(partner) == {Standing.GONE: 0}
    assert here() == {}
    assert not Came.objects.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(None, "ConnectionRefusedError: [Errno 111]"), "nothing serves"),
        (Answer(503, "503 Unavailable"), "503"),
        (Answer(401, "401 Unauthorized", b"{}"), "credentials"),
        (Answer(200, "200 OK", b"<html>"), "cannot be read"),
    ],
)
def test_a_fault_is_a_sentence_on_its_page_and_loses_nothing(
    partner, feed, client, reviewer, answer, words
):
    feed.says(listed())
    read(partner)
    feed.broken = lambda url: answer
    with pytest.raises(NotRead, match=words):
        read(partner)
    partner.refresh_from_db()
    assert partner.fault
    assert len(here()) == 1
    client.force_login(reviewer)
    page = client.get(reverse("federation")).content.decode()
    assert partner.told_fault[:20] in page
    feed.broken = lambda url: None
    read(partner)
    partner.refresh_from_db()
    assert partner.fault == ""


def test_another_exchange_at_the_address_is_not_read(partner, feed):
    feed.exchange = "https://elsewhere.example.org"
    feed.says(listed())
    with pytest.raises(NotRead, match="another exchange"):
        read(partner)
    assert here() == {}


def test_a_partner_silent_for_a_week_loses_its_listings_until_it_answers(partner, feed):
    feed.says(listed())
    read(partner)
    feed.broken = lambda url: Answer(None, "silent")
    for days, there in ((6, 1), (8, 0)):
        with clock.telling(clock.now() + timedelta(days=days)):
            with pytest.raises(NotRead):
                read(partner)
            assert len(here()) == there
    feed.broken = lambda url: None
    read(partner)
    assert len(here()) == 1


def test_a_feed_that_begins_anew_is_read_anew(partner, feed):
    feed.says(listed())
    feed.says(listed("CN26-000002", title_vi="Cảm biến đo mặn chạy pin mặt trời", summary_vi="Một máy khác hẳn, đặt trên phao giữa sông và gửi số liệu qua vệ tinh."))  # fmt: skip
    read(partner)
    feed.pages.clear()
    feed.says(listed("CN26-000002", title_vi="Cảm biến đo mặn chạy pin mặt trời", summary_vi="Một máy khác hẳn, đặt trên phao giữa sông và gửi số liệu qua vệ tinh."))  # fmt: skip
    read(partner)
    assert set(here()) == {"CN26-000002"}


def test_a_paused_partner_has_nothing_here(partner, feed, reviewer):
    feed.says(listed())
    read(partner)
    actions.pause_partner(partner=partner, by=reviewer)
    assert here() == {}
    assert pulling.pull_all() == 0
    actions.resume_partner(partner=partner, by=reviewer)
    assert pulling.pull_all() == 1
    assert len(here()) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "http://san.example.org"}, "address"),
        ({"address": "https://"}, "address"),
        ({"address": "https://localhost:8000/x"}, None),
        ({"name": "x"}, "name"),
        ({"document": ""}, "document"),
        ({"takes": []}, "takes"),
    ],
)
def test_an_agreement_that_says_too_little_is_refused(change, field, settings):
    if field is None:
        settings.SITE_URL, field = "https://localhost:8000", "address"
    with pytest.raises(RuleBroken) as refused:
        make_partner(**change)
    assert refused.value.field == field
    assert not Partner.objects.exists()


def test_the_secret_is_not_stored_in_clear_and_others_agree_on_nothing(partner):
    assert "kvs_bi-mat" not in partner.sealed
    with pytest.raises(PermissionDenied):
        actions.agree_partner(agreement=agreement(address="https://b.example.org"), by=make_person(Role.OPERATOR))  # fmt: skip
    assert Partner.objects.count() == 1


def test_pages_show_partners_to_the_operator_and_to_nobody_else(
    partner, feed, client, reviewer
):
    feed.says(listed())
    read(partner)
    address = reverse("federation-partner", args=[partner.pk])
    client.force_login(make_person(Role.HEAD))
    assert client.get(address).status_code == 404
    assert client.get(reverse("federation")).status_code == 403
    client.force_login(reviewer)
    page = client.get(address).content.decode()
    assert "CN26-000001" in page
    assert client.get(reverse("federation-new")).status_code == 200


@pytest.mark.parametrize(("trust", "level"), [(Trust.TRUSTED, "papers_checked"), (Trust.REVIEWED, "declared")])  # fmt: skip
def test_its_checks_count_where_its_reviews_are_relied_on(feed, reviewer, trust, level):
    partner = make_partner(trust=trust)
    feed.says(listed())
    read(partner)
    if trust is Trust.REVIEWED:
        let_in(by=reviewer)
    [one] = here().values()
    assert one.verification == level


def test_a_right_that_nobody_holds_any_more_does_not_come(partner, feed):
    over = (clock.today() - timedelta(days=1)).isoformat()
    feed.says(listed(ip_status="granted", ip_number="1-2001-1", ip_until=over))
    assert read(partner)[Standing.REFUSED] == 1
    assert here() == {}
    assert Came.objects.get().why


def test_what_was_let_in_waits_again_once_its_words_change(feed, reviewer):
    partner = make_partner(trust=Trust.REVIEWED)
    feed.says(listed())
    read(partner)
    let_in(by=reviewer)
    assert len(here()) == 1
    feed.says(listed(change="renewed"))
    read(partner)
    assert len(here()) == 1
    feed.says(listed(change="changed", advantage="Sai số 0,01 phần nghìn thay vì 0,5"))
    assert read(partner)[Standing.HELD] == 1
    assert here() == {}
    assert not Came.objects.get().passed


def test_what_changed_after_somebody_looked_is_not_let_in_unseen(
    feed, client, reviewer
):
    partner = make_partner(trust=Trust.REVIEWED)
    feed.says(listed())
    read(partner)
    client.force_login(reviewer)
    address = reverse("federation-partner", args=[partner.pk])
    came = Came.objects.get()
    seen = came.digest
    assert f'name="seen" value="{seen}"' in client.get(address).content.decode()
    feed.says(listed(change="changed", title_vi="Cảm biến đo mặn và một lời hứa khác"))
    read(partner)
    before, facts = Came.objects.values().get(), len(facts_about(partner.ref))
    for stale in (seen, ""):
        told = client.post(reverse("federation-pass", args=[came.pk]), {"seen": stale}, follow=True)  # fmt: skip
        assert "đã đổi tin này" in told.content.decode()
    assert Came.objects.values().get() == before
    assert (here(), len(facts_about(partner.ref))) == ({}, facts)
    now = Came.objects.get().digest
    client.post(reverse("federation-pass", args=[came.pk]), {"seen": now})
    assert len(here()) == 1


def test_seeing_it_again_unchanged_changes_nothing_of_what_was_seen(feed, reviewer):
    partner = make_partner(trust=Trust.REVIEWED)
    feed.says(listed())
    read(partner)
    seen = Came.objects.get()
    feed.says(listed(change="renewed"))
    with clock.telling(clock.now() + timedelta(days=1)):
        read(partner)
        actions.pass_listing(came=seen, seen=seen.digest, by=reviewer)
        assert len(here()) == 1


@pytest.mark.parametrize(
    ("language", "fault", "why"),
    [
        ("vi", "Sàn bạn trả lời 503 Unavailable", "là thông tin liên hệ"),
        (
            "en",
            "The partner answers 503 Unavailable",
            "is a contact in words everybody",
        ),
    ],
)
def test_faults_and_reasons_are_read_in_the_readers_language(
    partner, feed, client, reviewer, language, fault, why
):
    feed.says(listed(title_vi="Hệ cảm biến đo mặn, gọi 0912 345 678"))
    read(partner)
    feed.broken = lambda url: Answer(503, "503 Unavailable")
    with pytest.raises(NotRead):
        read(partner)
    client.force_login(reviewer)
    client.cookies["django_language"] = language
    page = client.get(reverse("federation-partner", args=[partner.pk])).content.decode()
    assert fault in page
    assert why in page
    assert "0912 345 678" in page
    assert fault in client.get(reverse("federation")).content.decode()


def test_somebodys_own_words_are_read_as_they_were_written(feed, client, reviewer):
    partner = make_partner(trust=Trust.REVIEWED)
    feed.says(listed())
    read(partner)
    said = "Đúng 100 % là %(tin) cũ"
    actions.refuse_listing(came=Came.objects.get(), words=said, by=reviewer)
    client.force_login(reviewer)
    page = client.get(reverse("federation-partner", args=[partner.pk])).content.decode()
    assert said in page
