"""Settings: one file, read from the environment once, no variants."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from khuevan.platform.database import ENGINE, EmbeddedPostgres, settings_of
from khuevan.platform.errors import Unavailable
from khuevan.platform.logs import logging_settings


ROOT = Path(os.environ.get("KHUEVAN_HOME", Path(__file__).parents[2]))
VAR = Path(os.environ.get("KHUEVAN_VAR", ROOT / "var"))
VAR.mkdir(parents=True, exist_ok=True)


def _flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def _secret() -> str:
    """Read the signing key, made at the first start and kept beside the data."""
    if key := os.environ.get("KHUEVAN_SECRET_KEY"):
        return key
    kept = VAR / "secret_key"
    if not kept.exists():
        draft = VAR / f".secret_key-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        # Of several first starts one wins; nobody reads a half-written key.
        with contextlib.suppress(FileExistsError):
            kept.hardlink_to(draft)
        draft.unlink()
    return kept.read_text()


def _database(url: str | None) -> dict[str, object]:
    """Return Django's settings for DATABASE_URL, or for the embedded server."""
    if not url:
        return {
            "ENGINE": ENGINE,
            "NAME": "khuevan",
            "USER": "khuevan",
            "HOST": str(EMBEDDED_POSTGRES.socket),
            "PORT": str(EMBEDDED_POSTGRES.socket_port),
        }
    return settings_of(url)


def _smtp(url: str) -> SplitResult:
    """Read KHUEVAN_SMTP_URL; without one no e-mail leaves the house."""
    with contextlib.suppress(ValueError):  # a port that is no number
        parts = urlsplit(url)
        known = parts.scheme in {"smtp", "smtp+starttls", "smtps"} and parts.hostname
        if not url or (known and parts.port != 0):
            return parts
    raise Unavailable(
        "KHUEVAN_SMTP_URL is not understood. "
        "Write smtp+starttls://user:password@host:587, smtps://… or smtp://…"
    )


def _sign_in_services(path: str) -> list[dict[str, object]]:
    """Read which OpenID Connect services may vouch for people: docs/how-to/sign-in.md."""
    if not path:
        return []
    named = {"provider_id", "name", "client_id", "secret", "secret_env"}
    return [
        {
            "provider_id": entry["provider_id"],
            "name": entry["name"],
            "client_id": entry["client_id"],
            "secret": entry.get("secret") or os.environ.get(entry["secret_env"], ""),
            "settings": {k: v for k, v in entry.items() if k not in named},
        }
        for entry in json.loads(Path(path).read_text())
    ]


DEBUG = _flag("KHUEVAN_DEBUG")
DEMO_STORY = VAR / "demo.json"
"""Written when the demo city is loaded: from then on this folder is a demo."""
DEMO = _flag("KHUEVAN_DEMO", "1" if DEMO_STORY.exists() else "0")
SECRET_KEY = _secret()
ALLOWED_HOSTS = os.environ.get("KHUEVAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SITE_URL = os.environ.get("KHUEVAN_SITE_URL", "http://localhost:8000")
# Where live pages find their stream (`khuevan live`); without it they ask again and again.
LIVE_URL = os.environ.get("KHUEVAN_LIVE_URL", "").rstrip("/")

# The journal's log signs under this name; production keeps its key elsewhere.
JOURNAL_ORIGIN = os.environ.get(
    "KHUEVAN_JOURNAL_ORIGIN", f"{urlsplit(SITE_URL).hostname}/journal"
)
JOURNAL_KEY_FILE = Path(
    os.environ.get("KHUEVAN_JOURNAL_KEY_FILE", VAR / "journal/log.key")
)
JOURNAL_WITNESS_FOLDER = Path(
    os.environ.get("KHUEVAN_JOURNAL_WITNESS_FOLDER", VAR / "journal/witness")
)
JOURNAL_WITNESS_NAME = os.environ.get(
    "KHUEVAN_JOURNAL_WITNESS_NAME", f"{JOURNAL_ORIGIN}/witness"
)
# Webhooks to this machine and to private networks, and without TLS there.
WEBHOOKS_MAY_STAY_INSIDE = _flag("KHUEVAN_WEBHOOKS_INSIDE", "1" if DEMO else "0")

# The national portal's interface: its address, "sandbox" for the trial portal, or none.
NATIONAL_PORTAL = os.environ.get("KHUEVAN_NATIONAL_PORTAL", "sandbox" if DEMO else "")
NATIONAL_PORTAL_USER = os.environ.get("KHUEVAN_NATIONAL_PORTAL_USER", "")
NATIONAL_PORTAL_SECRET = os.environ.get("KHUEVAN_NATIONAL_PORTAL_SECRET", "")

_mail = _smtp(os.environ.get("KHUEVAN_SMTP_URL", ""))
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or {"smtps": 465, "smtp+starttls": 587}.get(_mail.scheme, 25)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+starttls"
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get(
    "KHUEVAN_MAIL_FROM", f"khuevan@{urlsplit(SITE_URL).hostname}"
)
# Who carries SMS and Zalo messages: a class as khuevan.notices.gateways describes.
NOTICES_GATEWAYS = {
    channel: os.environ.get(
        f"KHUEVAN_{channel.upper()}_GATEWAY",
        "khuevan.notices.sandbox.Sandbox" if DEMO else "",
    )
    for channel in ("sms", "zalo")
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "khuevan.platform",
    "khuevan.journal",
    "khuevan.directory",
    "khuevan.law",
    "khuevan.worktime",
    "khuevan.books",
    "khuevan.notices",
    "khuevan.clients",
    "khuevan.indicators",
    "khuevan.analytics",
    "khuevan.matching",
    "khuevan.process",
    "khuevan.payments",
    "khuevan.valuation",
    "khuevan.auctions",
    "khuevan.feedback",
    "khuevan.events",
    "khuevan.experts",
    "khuevan.catalogue",
    "khuevan.centre",
    "khuevan.counter",
    "khuevan.measures",
    "khuevan.exchange",
    "khuevan.federation",
    "khuevan.contracts",
    "khuevan.deals",
    "khuevan.dtmarket",
    "khuevan.results",
    "khuevan.steering",
    "khuevan.web",
]

MIDDLEWARE = [
    "khuevan.platform.http.RequestIdMiddleware",
    "khuevan.platform.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "khuevan.platform.http.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "khuevan.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "khuevan.directory.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "khuevan.directory.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "khuevan.web.maintenance.MaintenanceMiddleware",
    "khuevan.platform.http.ErrorsMiddleware",
    # Last, so that its "prove again who you are" is no error.
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "khuevan.web.urls"
WSGI_APPLICATION = "khuevan.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "khuevan.web.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "khuevan.web.context.page",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    },
]

EMBEDDED_POSTGRES = EmbeddedPostgres(
    VAR / "db", port=int(os.environ.get("KHUEVAN_DB_PORT", "0"))
)
DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL"))
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Person"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_ENGINE = "khuevan.directory.sessions"

# Which set of limits holds: khuevan.directory.security names them with their sources.
SECURITY_PROFILE = os.environ.get("KHUEVAN_SECURITY_PROFILE", "asvs")
# Not stated by either profile's source: 0 means no limit.
PASSWORD_HISTORY = int(os.environ.get("KHUEVAN_PASSWORD_HISTORY", "0"))
PASSWORD_MAX_AGE_DAYS = int(os.environ.get("KHUEVAN_PASSWORD_MAX_AGE_DAYS", "0"))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "khuevan.directory.passwords.ProfileValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Accounts are made by operators; allauth checks who people are.
ACCOUNT_ADAPTER = "khuevan.directory.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
# In the demo one goes from person to person.
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = not DEMO
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_USER_DISPLAY = "khuevan.directory.adapters.display_name"
ACCOUNT_FORMS = {
    "login": "khuevan.directory.forms.SignInForm",
    "change_password": "khuevan.directory.forms.PasswordChangeForm",
    "reset_password": "khuevan.directory.forms.PasswordResetForm",
    "reset_password_from_key": "khuevan.directory.forms.PasswordFromKeyForm",
    "reauthenticate": "khuevan.directory.forms.ReauthenticateForm",
}
# Failures are counted in the database, by account: khuevan.directory.attempts.
# A whole city hall may come from one address at eight in the morning.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "600/m/ip"}
MFA_ADAPTER = "khuevan.directory.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_FORMS = {
    "authenticate": "khuevan.directory.forms.CodeForm",
    "reauthenticate": "khuevan.directory.forms.CodeAgainForm",
    "activate_totp": "khuevan.directory.forms.FirstCodeForm",
    "add_webauthn": "khuevan.directory.forms.KeyForm",
    "edit_webauthn": "khuevan.directory.forms.KeyNameForm",
}
SOCIALACCOUNT_ADAPTER = "khuevan.directory.adapters.VouchingAdapter"
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": _sign_in_services(os.environ.get("KHUEVAN_OIDC_FILE", "")),
        "OAUTH_PKCE_ENABLED": True,
    }
}

LANGUAGE_CODE = "vi"
NUMBER_GROUPING = 3  # Django's Vietnamese formats leave it out
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR / "files"
# A copy of what the exchange lists, made to be searched; losing it costs a rebuild.
EXCHANGE_INDEX = VAR / "index/exchange"
# Under which terms others may use what the exchange says in public.
EXCHANGE_LICENCE = os.environ.get(
    "KHUEVAN_EXCHANGE_LICENCE", "https://creativecommons.org/licenses/by/4.0/"
)

LOGGING = logging_settings()
PROXIES = os.environ.get("KHUEVAN_PROXIES", "127.0.0.0/8,::1").split(",")
METRICS_FROM = os.environ.get("KHUEVAN_METRICS_FROM", "127.0.0.0/8,::1").split(",")

SIGNING_PKCS12 = os.environ.get("KHUEVAN_SIGNING_PKCS12", "")
SIGNING_PASSPHRASE = os.environ.get("KHUEVAN_SIGNING_PASSPHRASE", "")
SIGNING_TRUST = os.environ.get("KHUEVAN_SIGNING_TRUST", "")

# Requests a minute over the API: of a registered client or somebody signed in, and of one
# address of the net; and files that cost much to make, of any of them.
API_RATE_CLIENT = int(os.environ.get("KHUEVAN_API_RATE_CLIENT", "600"))
API_RATE_ANONYMOUS = int(os.environ.get("KHUEVAN_API_RATE_ANONYMOUS", "120"))
API_RATE_FILES = int(os.environ.get("KHUEVAN_API_RATE_FILES", "30"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SITE_URL.startswith("https://")
CSRF_FAILURE_VIEW = "khuevan.platform.http.csrf_failure"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
X_FRAME_OPTIONS = "DENY"
