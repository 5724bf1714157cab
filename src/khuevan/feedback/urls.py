"""Addresses of feedback."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import citizens, officials


urlpatterns = [
    path("", officials.inbox_page, name="feedback"),
    path("enter/", once(officials.enter), name="feedback-enter"),
    path("petitions/<uuid:pk>/", officials.petition_page, name="feedback-petition"),
    path(
        "petitions/<uuid:pk>/<slug:slug>/",
        once(officials.petition_action),
        name="feedback-action",
    ),
    path("files/<uuid:pk>/", officials.petition_file, name="feedback-file"),
    path("send/", once(citizens.send), name="feedback-send"),
    path("follow/", citizens.follow, name="feedback-follow"),
    path("follow/<str:token>/", once(citizens.followed_page), name="feedback-followed"),
    path("answers/", citizens.answer_list, name="feedback-answers"),
    path("answers/<str:code>/", citizens.answer_page, name="feedback-answer"),
    path("answers/<str:code>/react/", citizens.answer_react, name="feedback-react"),
    path("rate/<str:token>/", once(citizens.rate), name="feedback-rate"),
    path("ratings/", citizens.ratings, name="feedback-ratings"),
]
