"""Addresses of events."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import public, running


urlpatterns = [
    path("", public.events, name="events"),
    path("calendar.ics", public.feed, name="event-feed"),
    path("new/", once(running.new), name="event-new"),
    path("tickets/<str:token>/", public.ticket, name="event-ticket"),
    path("tickets/<str:token>/withdraw/", once(public.withdraw), name="event-withdraw"),
    path("tickets/<str:token>/rate/", public.rate, name="event-rate"),
    path(
        "tickets/<str:token>/questions/", once(public.questions), name="event-questions"
    ),
    path("tickets/<str:token>/questions/wall/", public.wall, name="event-wall"),
    path(
        "tickets/<str:token>/questions/<uuid:pk>/vote/", public.vote, name="event-vote"
    ),
    path("<str:code>/", public.event, name="event"),
    path("<str:code>/calendar.ics", public.calendar, name="event-calendar"),
    path("<str:code>/register/", once(public.register), name="event-register"),
    path("<str:code>/change/", once(running.change), name="event-change"),
    path("<str:code>/do/<slug:slug>/", once(running.event_action), name="event-action"),
    path("<str:code>/door/", running.door, name="event-door"),
    path(
        "<str:code>/door/<str:ticket>/", running.door_ticket, name="event-door-ticket"
    ),
    path("<str:code>/questions/", running.moderate, name="event-moderate"),
    path(
        "<str:code>/questions/<uuid:pk>/<slug:slug>/",
        once(running.tend),
        name="event-tend",
    ),
]
