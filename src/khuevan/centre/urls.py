from __future__ import annotations

from django.urls import path

from . import views


urlpatterns = [
    path("", views.points, name="centre"),
    path("load/", views.load, name="centre-load"),
    path("party/", views.party, name="centre-party"),
    path("points/<uuid:pk>/", views.point, name="centre-point"),
    path("points/<uuid:pk>/ticket/", views.ticket_new, name="centre-ticket-new"),
    path("points/<uuid:pk>/book/", views.booking_new, name="centre-book"),
    path("points/<uuid:pk>/desk/", views.desk, name="centre-desk"),
    path("points/<uuid:pk>/desk/do/", views.desk_action, name="centre-desk-action"),
    path("tickets/<str:token>/", views.ticket, name="centre-ticket"),
    path("bookings/<str:token>/", views.booking, name="centre-booking"),
]
