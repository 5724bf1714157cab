"""Pages of feedback."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.feedback import actions
from khuevan.feedback.models import Petition, Rating
from khuevan.feedback.rules.petitions import State
from khuevan.feedback.tokens import follow_token, rating_token
from khuevan.notices.tests.factories import notices_of

from .factories import ANSWER, PHONE, TEXT, make_petition, send


FORM = {"text": TEXT, "kind": "phan_anh", "category": "field", "phone": PHONE}


def page(client, name, *args):
    return client.get(reverse(name, args=args))


def post(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_anybody_sends_and_gets_the_code_at_once(client, cast):
    assert page(client, "feedback-send").status_code == 200
    picture = SimpleUploadedFile("den.txt", b"anh chup")
    answer = post(
        client, "feedback-send", **FORM, organisation=cast.ward.pk, file=picture
    )
    assert answer.status_code == 302
    petition = Petition.objects.get()
    shown = client.get(answer.url).content.decode()
    assert petition.code in shown
    assert petition.files.count() == 1
    assert petition.reporter is None


def test_a_second_click_sends_once_and_programs_send_nothing(client, cast):
    for _ in range(2):
        post(
            client,
            "feedback-send",
            **FORM,
            organisation=cast.ward.pk,
            idempotency_key="k",
        )
    assert Petition.objects.count() == 1
    robot = post(
        client, "feedback-send", **FORM, organisation=cast.ward.pk, website="x"
    )
    assert robot.status_code == 404
    assert Petition.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"text": "ngắn"}, {"phone": ""}, {"phone": "12"}, {"kind": "to_cao"}]
)
def test_what_is_wrong_is_said_beside_the_field(client, cast, change):
    answer = post(client, "feedback-send", **(FORM | change), organisation=cast.ward.pk)
    assert answer.status_code == 422
    assert "govuk-error-message" in answer.content.decode()
    assert not Petition.objects.exists()


def test_the_code_alone_opens_nothing(client, cast):
    petition = send(cast)
    assert (
        post(
            client, "feedback-follow", code=petition.code, contact="0900000000"
        ).status_code
        == 422
    )
    assert (
        post(client, "feedback-follow", code="PA26-1", contact=PHONE).status_code == 422
    )
    answer = post(client, "feedback-follow", code=petition.code, contact=PHONE)
    assert TEXT in client.get(answer.url).content.decode()
    assert page(client, "feedback-followed", "falsch").status_code == 302


def test_a_sender_replies_judges_and_opens_again_without_account(client, cast):
    petition = make_petition(cast, State.HANDLING)
    words = "Cột đèn số 15, quan sát lúc 19 giờ tối"
    named = page(client, "feedback-followed", follow_token(petition)).content.decode()
    assert cast.official.full_name in named
    actions.ask_more(petition=petition, words=words, by=cast.official)
    token = follow_token(petition)
    assert words in page(client, "feedback-followed", token).content.decode()
    assert post(client, "feedback-followed", token, words="ngắn").status_code == 422
    assert post(client, "feedback-followed", token, words=words).status_code == 302
    petition.refresh_from_db()
    assert petition.state == State.HANDLING
    actions.answer_petition(
        petition=petition, answer=ANSWER, cause="none", by=cast.official
    )
    assert post(client, "feedback-followed", token, like="0").status_code == 302
    assert post(client, "feedback-followed", token, words=words).status_code == 302
    petition.refresh_from_db()
    assert (petition.state, petition.reactions.get().like) == (State.HANDLING, False)
    assert page(client, "feedback-followed", token).status_code == 200


def test_a_petition_is_handled_from_its_page(client, cast):
    petition = send(cast, by=cast.citizen)
    client.force_login(cast.head)
    assert petition.code in page(client, "feedback").content.decode()
    shown = page(client, "feedback-petition", petition.pk).content.decode()
    assert "+84912345678" in shown

    def do(slug, **data):
        assert page(client, "feedback-action", petition.pk, slug).status_code == 200
        answer = post(client, "feedback-action", petition.pk, slug, **data)
        assert answer.status_code == 302, answer.content.decode()
        petition.refresh_from_db()

    do("accept", severity="urgent", handler=cast.official.pk)
    do("ask", words="Xin cho biết thêm số cột đèn")
    client.force_login(cast.official)
    do("answer", answer=ANSWER, cause="process")
    assert page(client, "feedback-action", petition.pk, "publish").status_code == 403
    client.force_login(cast.head)
    wrong = post(
        client,
        "feedback-action",
        petition.pk,
        "publish",
        public_text=f"{TEXT} {PHONE}",
        public_answer=ANSWER,
    )
    assert wrong.status_code == 422
    do("publish", public_text=TEXT, public_answer=ANSWER)
    assert petition.state == State.PUBLISHED
    assert page(client, "feedback-action", petition.pk, "dance").status_code == 404
    client.logout()
    assert TEXT in page(client, "feedback-answers").content.decode()
    public = page(client, "feedback-answer", petition.code).content.decode()
    assert ANSWER in public
    assert cast.citizen.full_name not in public


def test_passing_on_and_joining_lead_back_to_the_inbox(client, cast):
    first, second, third = make_petition(cast), make_petition(cast), make_petition(cast)
    client.force_login(cast.official)
    words = "Thuộc thẩm quyền của đơn vị bạn"
    answer = post(
        client,
        "feedback-action",
        first.pk,
        "forward",
        receiver=cast.other.pk,
        words=words,
    )
    assert answer.url == reverse("feedback")
    assert page(client, "feedback-petition", first.pk).status_code == 404
    unknown = post(client, "feedback-action", second.pk, "merge", into=first.code)
    assert unknown.status_code == 422
    assert (
        post(client, "feedback-action", second.pk, "merge", into=third.code).status_code
        == 302
    )
    refused = post(
        client, "feedback-action", third.pk, "refuse", reason="complaint", words=words
    )
    assert refused.status_code == 302
    assert page(client, "feedback-petition", second.pk).status_code == 200


def test_outsiders_and_strangers_see_no_inbox(client, cast):
    petition = make_petition(cast)
    assert page(client, "feedback").status_code == 302
    client.force_login(cast.citizen)
    assert page(client, "feedback").status_code == 403
    assert page(client, "feedback-enter").status_code == 403
    client.force_login(cast.outsider)
    assert petition.code not in page(client, "feedback").content.decode()
    assert page(client, "feedback-petition", petition.pk).status_code == 404
    client.force_login(cast.inspector)
    assert page(client, "feedback-petition", petition.pk).status_code == 200
    assert page(client, "feedback-action", petition.pk, "accept").status_code == 403


def test_senders_of_joined_petitions_are_led_to_their_own(client, cast):
    mine, target = send(cast, by=cast.citizen), make_petition(cast)
    actions.merge_petition(petition=mine, into=target, by=cast.official)
    client.force_login(cast.citizen)
    answer = page(client, "feedback-petition", target.pk)
    assert answer.url == reverse("feedback-petition", args=[mine.pk])
    followed = client.get(answer.url, follow=True)
    assert mine.code in followed.content.decode()
    assert mine.code in page(client, "feedback-follow").content.decode()


def test_an_official_enters_a_call(client, cast):
    client.force_login(cast.official)
    assert page(client, "feedback-enter").status_code == 200
    answer = post(
        client, "feedback-enter", **FORM, organisation=cast.ward.pk, channel="phone"
    )
    assert answer.status_code == 302
    assert Petition.objects.get().channel == "phone"


def test_one_tap_rates_and_a_later_tap_keeps_the_words(client, cast):
    link = actions.issue_link(
        subject="x.y:1", organisation=cast.ward, procedure="1.000001", by=None
    )
    token = rating_token(link)
    assert page(client, "feedback-rate", token).status_code == 200
    assert post(client, "feedback-rate", token, good="1").status_code == 302
    more = {"good": "0", "score_attitude": "0", "comment": "Phải đợi lâu"}
    assert post(client, "feedback-rate", token, **more).status_code == 302
    post(client, "feedback-rate", token, good="1")
    rating = Rating.objects.get()
    assert (rating.good, rating.comment, rating.scores) == (
        True,
        "Phải đợi lâu",
        {"attitude": 0},
    )
    assert post(client, "feedback-rate", token, good="7").status_code == 422
    assert page(client, "feedback-rate", "x").status_code == 404
    assert page(client, "feedback-ratings").status_code == 200


def test_what_is_no_procedure_is_given_stars_and_no_criteria(client, cast):
    link = actions.issue_link(subject="x.y:1", organisation=cast.ward, by=None)
    token = rating_token(link)
    shown = page(client, "feedback-rate", token).content.decode()
    assert "score_attitude" not in shown
    assert post(client, "feedback-rate", token, good="1", stars="6", comment="").status_code == 422  # fmt: skip
    assert not Rating.objects.exists()
    post(client, "feedback-rate", token, good="1", stars="4", comment="")
    post(client, "feedback-rate", token, good="1")
    rating = Rating.objects.get()
    assert (rating.good, rating.stars) == (True, 4)


def test_a_signed_in_reader_judges_a_public_answer(client, cast):
    petition = make_petition(cast, State.PUBLISHED)
    assert post(client, "feedback-react", petition.code, like="1").status_code == 302
    assert petition.reactions.count() == 0
    client.force_login(cast.citizen)
    post(client, "feedback-react", petition.code, like="1")
    assert petition.reactions.get().like
    shown = page(client, "feedback-answer", petition.code).content.decode()
    assert "1 hài lòng, 0 không hài lòng" in shown


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_senders_and_handlers_are_told(cast):
    petition = send(cast, by=cast.citizen)
    assert [n.person for n in notices_of("feedback.petition_sent")] == [cast.head]
    actions.accept_petition(
        petition=petition, severity="normal", handler=cast.official, by=cast.official
    )
    told = notices_of("feedback.petition_accepted")
    assert {notice.person for notice in told} == {cast.citizen, cast.head}
    assert petition.code in told[0].subject
