"""Addresses of the adviser pool."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import bookings, pool


urlpatterns = [
    path("", pool.experts, name="experts"),
    path("apply/", once(pool.apply), name="expert-apply"),
    path("propose/", once(pool.propose), name="expert-propose"),
    path("desk/", pool.desk, name="expert-desk"),
    path("ask/", once(bookings.book), name="expert-book"),
    path("bookings/", bookings.bookings, name="expert-bookings"),
    path("bookings/<str:code>/", bookings.booking, name="expert-booking"),
    path(
        "bookings/<str:code>/calendar.ics",
        bookings.calendar,
        name="expert-booking-calendar",
    ),
    path("bookings/<str:code>/rate/", bookings.rate, name="expert-booking-rate"),
    path(
        "bookings/<str:code>/pay-out/",
        once(bookings.pay_out),
        name="expert-booking-pay-out",
    ),
    path(
        "bookings/<str:code>/papers/<uuid:pk>/",
        bookings.minutes_paper,
        name="expert-booking-paper",
    ),
    path(
        "bookings/<str:code>/do/<slug:slug>/",
        once(bookings.booking_action),
        name="expert-booking-action",
    ),
    path("ties/<uuid:pk>/end/", once(pool.end_tie), name="expert-tie-end"),
    path("<uuid:pk>/", pool.expert, name="expert"),
    path("<uuid:pk>/papers/<uuid:paper_pk>/", pool.paper, name="expert-paper"),
    path("<uuid:pk>/do/<slug:slug>/", once(pool.expert_action), name="expert-action"),
]
