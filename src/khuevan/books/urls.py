"""Addresses of books."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from . import views


urlpatterns = [
    path("", views.books, name="books"),
    path("<str:code>/", views.book, name="book"),
    path("<str:code>/close/", once(views.close), name="book-close"),
    path("<str:code>/book.beancount", views.export, name="book-export"),
    path("<str:code>/accounts/<str:account>/", views.account, name="book-account"),
    path("<str:code>/entries/<int:number>/", views.entry, name="book-entry"),
    path(
        "<str:code>/entries/<int:number>/reverse/",
        once(views.reverse_entry),
        name="book-reverse",
    ),
]
