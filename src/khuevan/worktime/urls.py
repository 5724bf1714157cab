"""Addresses of the working calendar."""

from django.urls import path

from . import views


urlpatterns = [path("", views.worktime, name="worktime")]
