"""Addresses of people, organisations and signing in.

Of django-allauth's pages only those named here can be reached: there is no sign-up,
no e-mail management and no connecting of services by hand.
"""

from __future__ import annotations

from allauth.account import views as allauth_account
from allauth.socialaccount import views as allauth_services
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from .views import account, organisations, people, sign_in


urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-in/draft/", sign_in.draft, name="draft"),
    path("sign-in/inactive/", allauth_account.account_inactive, name="account_inactive"),
    path("sign-in/second-step/", include("allauth.mfa.urls")),
    path("sign-in/again/", allauth_account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/cancelled/", allauth_services.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/error/", login_not_required(allauth_services.login_error), name="socialaccount_login_error"),
    path("sign-in/with/<slug:provider_id>/", sign_in.sign_in_with, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/callback/", openid.callback, name="openid_connect_callback"),
    path("sign-in/password/", allauth_account.password_reset, name="account_reset_password"),
    path("sign-in/password/sent/", allauth_account.password_reset_done, name="account_reset_password_done"),
    path("sign-in/password/done/", allauth_account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(r"^sign-in/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", allauth_account.password_reset_from_key, name="account_reset_password_from_key"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("account/", account.account, name="account"),
    path("account/password/", sign_in.ChangePassword.as_view(), name="account_change_password"),
    path("account/language/", account.language, name="account-language"),
    path("account/sessions/<uuid:number>/end/", account.session_end, name="session-end"),
    path("account/who-read-my-data/", account.who_read_my_data, name="who-read-my-data"),
    path("account/my-data.json", account.my_data, name="my-data"),
    path("account/mandates/", account.mandates, name="mandates"),
    path("account/mandates/new/", account.mandate_new, name="mandate-new"),
    path("account/mandates/<uuid:pk>/end/", account.mandate_end, name="mandate-end"),
    path("people/<uuid:pk>/", people.person_page, name="person"),
    path("people/<uuid:pk>/reveal/", people.reveal, name="person-reveal"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<uuid:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:pk>/rename/", organisations.organisation_rename, name="organisation-rename"),
    path("organisations/<uuid:pk>/close/", organisations.organisation_close, name="organisation-close"),
    path("organisations/<uuid:pk>/appoint/", organisations.appointment_new, name="appointment-new"),
    path("appointments/<uuid:pk>/end/", organisations.appointment_end, name="appointment-end"),
]  # fmt: skip
