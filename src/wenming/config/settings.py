"""One settings file; everything that differs between installations comes from the environment.

WENMING_HOME        where all data of one installation lies (default ./var)
DATABASE_URL        postgresql://… ; without it SQLite under WENMING_HOME
WENMING_ENV         "production" turns on what only makes sense behind HTTPS, and insists on a secret
WENMING_SECRET_KEY  required in production; elsewhere one is made and kept under WENMING_HOME
WENMING_HOSTS       comma-separated host names that this installation answers to
WENMING_PROXIES     comma-separated addresses or networks of the proxies in front, whose X-Forwarded-For and
                    X-Forwarded-Proto are believed; in production 127.0.0.1 and ::1 unless said otherwise
WENMING_CITY        the city's name, as pages and papers print it
WENMING_LOG         "json" or "text": how a log line is written; json in production unless said otherwise
WENMING_LOG_LEVEL   from which level on; INFO in production, WARNING elsewhere
WENMING_SECOND_FACTOR  "required" or "optional": whether administrators must sign in with a second factor; required in
                    production unless said otherwise
WENMING_METRICS_TOKEN  what the watching machine brings to /-/metrics; without it the page is there for development alone
WENMING_WEBHOOK_NETWORKS  comma-separated networks inside the city's own to which webhooks may go; without it they go to
                    public addresses alone
WENMING_WEBHOOK_PORTS  comma-separated ports to which webhooks may go; 443 unless said otherwise
WENMING_WEBHOOK_CA  a file with the certificates (PEM) of the city's own authority, where such systems have theirs from it
WENMING_DEBUG       "1" shows Django's debug pages; refused in production
"""

import os
import secrets
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

VERSION = version("wenming")
HOME = Path(os.environ.get("WENMING_HOME", "var")).resolve()
PACKAGE = Path(__file__).resolve().parent.parent
IS_PRODUCTION = os.environ.get("WENMING_ENV", "development") == "production"
DEBUG = os.environ.get("WENMING_DEBUG", "") == "1"
CITY_NAME = os.environ.get("WENMING_CITY", "和安市")

SECRET_CHARACTERS_MIN = 32


def _secret() -> str:
    given = os.environ.get("WENMING_SECRET_KEY", "")
    if IS_PRODUCTION:
        if len(given) < SECRET_CHARACTERS_MIN or len(set(given)) < 8:
            raise ImproperlyConfigured(
                "WENMING_SECRET_KEY must be set to at least 32 random characters in production. "
                'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return given
    if given:
        return given
    kept = HOME / "secret.key"
    if not kept.exists():
        HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Exclusive: of two processes that start at once, one writes and both read the same.
        try:
            with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return kept.read_text().strip()


if IS_PRODUCTION and DEBUG:
    raise ImproperlyConfigured("WENMING_DEBUG=1 shows secrets to strangers: unset it in production.")

SECRET_KEY = _secret()
_HOSTS = os.environ.get("WENMING_HOSTS", "127.0.0.1,localhost,[::1]")
ALLOWED_HOSTS = [host.strip() for host in _HOSTS.split(",") if host.strip()]
if IS_PRODUCTION and ("WENMING_HOSTS" not in os.environ or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "WENMING_HOSTS must name the host that people type (never *), for example wenming.example.gov.cn"
    )

INSTALLED_APPS = [
    "wenming.config",
    "wenming.demo",
    "wenming.outputs.desk",
    "wenming.outputs.standings",
    "wenming.outputs.reports",
    "wenming.outputs.papers",
    "wenming.outputs.exchange",
    "wenming.outputs.residents",
    "wenming.programmes.appeals",
    "wenming.programmes.dossiers",
    "wenming.programmes.problems",
    "wenming.programmes.standards",
    "wenming.engines.loop",
    "wenming.engines.metrics",
    "wenming.engines.triage",
    "wenming.foundation.jobs",
    "wenming.foundation.notices",
    "wenming.foundation.places",
    "wenming.foundation.people",
    "wenming.foundation.revisions",
    "wenming.foundation.files",
    "wenming.foundation.throttle",
    "wenming.foundation.audit",
    "wenming.kernel",
    "rules",
    "csp",
    # Its documentation page takes its script and its look from here and not from a foreign host.
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "wenming.config.observing.observe",
    "wenming.config.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wenming.config.middleware.language",
    "wenming.config.middleware.bounds",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wenming.foundation.people.middleware.acting",
    "wenming.config.middleware.words",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "wenming.config.middleware.domain_errors",
]

ROOT_URLCONF = "wenming.config.urls"
WSGI_APPLICATION = "wenming.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.messages.context_processors.messages",
                "wenming.config.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(
        default=f"sqlite:///{HOME / 'wenming.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that reads and then writes must hold the write lock from its start, or it fails under load.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "desk:home"

LANGUAGE_CODE = "zh-hans"
# How long a process may say a word that the office has just changed.
WORDS_REFRESH_SECONDS: float | None = 30
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# A new release has a new address, so browsers may keep what they have.
STATIC_URL = f"/static/{VERSION}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86400
MEDIA_ROOT = HOME / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Nine photos of 15 MB and what is written beside them; a stranger's upload is cut off here before it fills the disk.
REQUEST_BYTES_MAX = 144 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "wenming.config.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
STAFF_IDLE_MINUTES = 30
STAFF_SESSION_HOURS = 12
SECOND_FACTOR_REQUIRED = (
    os.environ.get("WENMING_SECOND_FACTOR", "required" if IS_PRODUCTION else "optional") != "optional"
)
_PROXIES = os.environ.get("WENMING_PROXIES", "127.0.0.1,::1" if IS_PRODUCTION else "")
TRUSTED_PROXIES = [ip_network(text.strip()) for text in _PROXIES.split(",") if text.strip()]
if IS_PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS: list[str] = []

_NETWORKS = os.environ.get("WENMING_WEBHOOK_NETWORKS", "")
WEBHOOK_NETWORKS = [ip_network(text.strip()) for text in _NETWORKS.split(",") if text.strip()]
WEBHOOK_PORTS = {int(text) for text in os.environ.get("WENMING_WEBHOOK_PORTS", "443").split(",")}
WEBHOOK_CA = os.environ.get("WENMING_WEBHOOK_CA", "")
METRICS_TOKEN = os.environ.get("WENMING_METRICS_TOKEN", "")
_LOG = os.environ.get("WENMING_LOG", "json" if IS_PRODUCTION else "text")
LOG_LEVEL = os.environ.get("WENMING_LOG_LEVEL", "INFO" if IS_PRODUCTION else "WARNING")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "wenming.config.logs.JSONLines"},
        "text": {"()": "wenming.config.logs.TextLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json" if _LOG == "json" else "text"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "wenming": {"level": LOG_LEVEL},
        # Every request has a line of its own; what Django adds is the failure of those that fail.
        "django.request": {"level": "ERROR"},
        # Django's own handlers would write a second line, with the address in it.
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": [], "level": "WARNING"},
    },
}
