"""Pages of the exchange: from joining to a published listing."""

from __future__ import annotations

from datetime import date

import pytest
from defusedxml import ElementTree
from django.urls import reverse
from django.utils import translation

from khuevan.directory.public import OrganisationKind, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.exchange import actions
from khuevan.exchange.forms import initial_of
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.rules.listings import Field, State
from khuevan.exchange.rules.owners import read_owners, write_owners
from khuevan.exchange.showing import life_left
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import NEED, NOON, OFFER, PROFILE, make_listing, make_member


pytestmark = pytest.mark.django_db
REASON = "Lợi thế chưa có số đo so với công nghệ đang dùng"


def page(client, name, *args):
    return client.get(reverse(name, args=args))


def post(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def filled(told, **more):
    return {k: v for k, v in initial_of(told).items() if v not in (None, "")} | more


def test_somebody_joins_for_an_organisation_and_lists(client, cast):
    body = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    person = make_person(Role.MEMBER, body)
    client.force_login(person)
    assert post(client, "exchange-new", "offer").url == reverse("exchange-join")
    assert page(client, "exchange-join").status_code == 200
    wrong = post(client, "exchange-join", organisation=body.pk, kind="agency", profile_vi=PROFILE)  # fmt: skip
    assert wrong.status_code == 422
    post(client, "exchange-join", organisation=body.pk, kind="enterprise", profile_vi=PROFILE, country="VN", fields_of=["energy"])  # fmt: skip
    member = Member.objects.get(organisation=body)
    assert member.fields == ["energy"]
    assert page(client, "exchange-new", "offer").status_code == 200
    answer = post(client, "exchange-new", "offer", **filled(OFFER, member=member.pk))
    listing = Listing.objects.get(member=member)
    assert answer.url == reverse("exchange-listing", args=[listing.code])
    assert listing.owners.count() == 2
    assert listing.ipc == ["C02F 1/44"]
    assert page(client, "exchange-mine").text.count(listing.code) >= 1
    assert page(client, "exchange-edit", listing.code).status_code == 200
    more = {k: str(v) for k, v in filled(OFFER).items()} | {"trl": "8"}
    assert post(client, "exchange-edit", listing.code, **more).status_code == 302
    listing.refresh_from_db()
    assert listing.trl == 8


def test_a_need_is_posted(client, cast):
    client.force_login(cast.buyer)
    assert page(client, "exchange-new", "need").status_code == 200
    post(client, "exchange-new", "need", **filled(NEED, member=cast.firm.pk))
    need = Listing.objects.get()
    assert (need.code[:2], need.price_to, need.trial_possible) == ("BT", 2_000_000_000, True)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"title_vi": ""}, {"trl": "10"}, {"ipc": "xyz"}, {"nace": "Ngành dệt"},
        {"owners": "Viện A, công ty B: nhiều"}, {"price_from": "-1"}, {"kind": "need"},
        {"owners": "Viện A: 120"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field(client, cast, change):
    client.force_login(cast.lister)
    answer = post(client, "exchange-new", "offer", **filled(OFFER, member=cast.institute.pk) | change)  # fmt: skip
    assert answer.status_code == 422
    assert "govuk-error-message" in answer.text
    assert not Listing.objects.exists()


def test_nobody_lists_for_a_member_of_others(client, cast):
    client.force_login(cast.lister)
    answer = post(client, "exchange-new", "offer", **filled(OFFER, member=cast.firm.pk))
    assert answer.status_code == 422
    assert not Listing.objects.exists()


def test_a_draft_says_what_it_lacks_and_submitting_says_it_again(client, cast):
    listing = make_listing(cast, advantage="Rất tốt")
    client.force_login(cast.lister)
    shown = page(client, "exchange-listing", listing.code).text
    assert "lợi thế chưa có con số" in shown
    answer = post(client, "exchange-action", listing.code, "submit")
    assert answer.status_code == 422
    assert "lợi thế chưa có con số" in answer.text


def test_a_listing_is_reviewed_from_its_page(client, cast):
    listing = make_listing(cast)

    def do(who, slug, **data):
        client.force_login(who)
        assert page(client, "exchange-action", listing.code, slug).status_code == 200
        answer = post(client, "exchange-action", listing.code, slug, **data)
        assert answer.status_code == 302, answer.text
        listing.refresh_from_db()

    do(cast.lister, "submit")
    do(cast.first, "hand-on", reviewer=cast.second.pk)
    do(cast.first, "return", words=REASON)
    client.force_login(cast.lister)
    assert REASON in page(client, "exchange-listing", listing.code).text
    do(cast.lister, "submit")
    do(cast.first, "check")
    assert page(client, "exchange-action", listing.code, "publish").status_code == 403
    do(cast.second, "publish")
    do(cast.second, "verify", level="papers_checked", words=REASON)
    do(cast.lister, "nda", member=cast.firm.pk, signed_on="2026-01-05")
    note = listing.ndas.get()
    client.force_login(cast.buyer)
    assert post(client, "exchange-nda-end", listing.code, note.pk).status_code == 403
    client.force_login(cast.lister)
    assert post(client, "exchange-nda-end", listing.code, note.pk).status_code == 302
    assert page(client, "exchange-action", listing.code, "renew").status_code == 200
    assert post(client, "exchange-action", listing.code, "renew").status_code == 422
    do(cast.lister, "withdraw", words=REASON)
    assert listing.state == State.WITHDRAWN
    assert page(client, "exchange-action", listing.code, "dance").status_code == 404


def test_reviewers_see_whose_turn_it_is_and_others_do_not(client, cast):
    listing = make_listing(cast, State.SUBMITTED)
    client.force_login(cast.first)
    shown = page(client, "exchange-reviews").text
    assert listing.code in shown
    assert cast.first.full_name in shown
    inside = page(client, "exchange-listing", listing.code).text
    assert cast.first.full_name in inside
    for who in (cast.lister, cast.buyer, cast.outsider, cast.inspector):
        client.force_login(who)
        assert page(client, "exchange-reviews").status_code == 403


def test_the_exchange_verifies_a_member_on_its_page(client, cast):
    client.force_login(cast.first)
    assert page(client, "exchange-member-tier", cast.firm.pk).status_code == 200
    assert post(client, "exchange-member-tier", cast.firm.pk, tier="partner").status_code == 302  # fmt: skip
    cast.firm.refresh_from_db()
    assert cast.firm.tier == "partner"
    client.force_login(cast.buyer)
    assert post(client, "exchange-member-tier", cast.firm.pk, tier="verified").status_code == 403  # fmt: skip
    assert page(client, "exchange-member-edit", cast.firm.pk).status_code == 200
    assert post(client, "exchange-member-edit", cast.firm.pk, profile_vi=PROFILE * 2).status_code == 302  # fmt: skip
    assert page(client, "exchange-member-edit", cast.institute.pk).status_code == 403
    assert cast.institute.name in page(client, "exchange-members").text


def test_the_catalogue_is_narrowed_without_accents(client, cast):
    offer, need = make_listing(cast, State.PUBLISHED), make_listing(cast, State.PUBLISHED, NEED)  # fmt: skip
    address = reverse("exchange")

    def codes(query):
        text = client.get(f"{address}?{query}").text
        return {one.code for one in (offer, need) if one.code in text}

    assert codes("") == {offer.code, need.code}
    assert codes("words=mang+loc") == {offer.code}
    assert codes("kind=need") == {need.code}
    assert codes("kind=offer") == {offer.code}
    assert codes("field=energy") == set()
    assert codes("trl=7-9") == {offer.code, need.code}
    assert codes("trl=1-3") == set()
    assert codes("trl=x&page=99999999&kind=%00&field=y") == {offer.code, need.code}
    assert client.get(f"{address}?words=%00").status_code == 200


def test_dublin_core_is_xml_with_both_languages(client, cast):
    listing = make_listing(cast, State.PUBLISHED)
    root = ElementTree.fromstring(
        page(client, "exchange-dublin-core", listing.code).content
    )
    dc, lang = "{http://purl.org/dc/elements/1.1/}", "{http://www.w3.org/XML/1998/namespace}lang"  # fmt: skip
    titles = {one.get(lang): one.text for one in root.iter(f"{dc}title")}
    assert titles == {"vi": OFFER.title_vi, "en": OFFER.title_en}
    assert listing.code in {one.text for one in root.iter(f"{dc}identifier")}


def test_a_cell_is_never_a_formula(client, cast):
    make_listing(
        cast, State.PUBLISHED, title_vi="=HYPERLINK(1) lọc nước thải dệt nhuộm"
    )
    table = b"".join(page(client, "exchange-file").streaming_content).decode()
    assert "'=HYPERLINK" in table


def test_owners_are_read_as_they_are_written():
    owners = read_owners("Viện A: 66,67; Công ty B = 33.33 %")
    assert [owner.share for owner in owners] == [6667, 3333]
    assert read_owners(write_owners(owners)) == owners
    assert read_owners("Viện A")[0].share == 10_000
    with pytest.raises(RuleBroken):
        read_owners("Viện A: 0")


def test_the_list_of_members_is_narrowed_by_name_field_region_and_level(cast, client):
    other, person = make_member(verified=False)
    actions.describe_member(member=other, profile_vi=PROFILE, fields=[Field.HEALTH], region="01", by=person)  # fmt: skip
    for query in (
        {"q": other.name.upper()}, {"field": "health"}, {"region": "01"},
        {"tier": "registered"}, {"kind": "enterprise", "field": "health"},
    ):  # fmt: skip
        shown = client.get(reverse("exchange-members"), query).text  # fmt: skip
        assert reverse("exchange-member", args=[other.pk]) in shown, query
        assert reverse("exchange-member", args=[cast.institute.pk]) not in shown, query
    assert client.get(reverse("exchange-members"), {"field": "junk", "q": "\0"}).status_code == 200  # fmt: skip


def test_english_stands_beside_vietnamese_and_says_so(client, cast):
    listing = make_listing(cast, State.PUBLISHED, advantage_en="Uses 0.8 kWh instead of 1.5")  # fmt: skip
    page = client.get(reverse("exchange-listing", args=[listing.code])).text
    assert '<dd lang="en">Uses 0.8 kWh instead of 1.5</dd>' in page
    assert f'<dd lang="vi">{OFFER.advantage}</dd>' in page


def test_english_stands_under_the_same_rules_as_vietnamese(cast):
    open_to_all = dict.fromkeys(("advantage", "technical"), "public")
    for name in ("advantage_en", "description_en"):
        listing = make_listing(cast, levels=open_to_all, **{name: "Write to a@example.org"})  # fmt: skip
        with pytest.raises(InputRefused) as refused:
            actions.submit_listing(listing=listing, by=cast.lister)
        assert {problem.where for problem in refused.value.problems} == {name}
        listing.refresh_from_db()
        assert listing.state == State.DRAFT
    prohibited = make_listing(cast, description_en="Dùng amiăng xanh")
    with pytest.raises(RuleBroken, match="prohibited"):
        actions.submit_listing(listing=prohibited, by=cast.lister)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2041, 5, 4), "còn 14 năm 5 tháng"),
        (date(2027, 11, 23), "còn 1 năm"),
        (date(2027, 11, 22), "còn 11 tháng"),
        (date(2026, 12, 22), "còn chưa đến một tháng"),
        (date(2026, 11, 23), "còn chưa đến một tháng"),
        (date(2026, 11, 22), "đã hết hiệu lực"),
    ],
)
def test_what_is_left_of_a_right_is_reckoned_from_its_last_day(until, words):
    with translation.override("vi"):
        assert life_left(until, date(2026, 11, 23)) == words


def test_the_page_says_how_long_a_right_lasts(client, cast):
    listing = make_listing(cast, State.PUBLISHED, levels={"rights": "public"})
    page = reverse("exchange-listing", args=[listing.code])
    with clock.telling(clock.at_local(date(2040, 5, 4), NOON)):
        assert "04/05/2041 (còn 1 năm)" in client.get(page).text
