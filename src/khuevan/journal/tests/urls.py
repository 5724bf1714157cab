"""The journal's pages alone."""

from django.http import HttpResponse
from django.urls import include, path


urlpatterns = [
    path("journal/", include("khuevan.journal.urls")),
    path("sign-in/", lambda request: HttpResponse("sign in")),
]
