"""Every setting, read from the environment (or `.env`) in this one place.

`docs/operations.md` explains each variable. Nothing here is insecure by default: an `https` SITE_URL
turns on secure cookies and HSTS, and a missing SECRET_KEY stops the start.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from chat.protocol.limits import MAX_CONNECTIONS
from chatsite import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / ".env")

# ---- who and where we are

VERSION = "0.1.0"
SITE_NAME = env.text("SITE_NAME", "Chatsite")
_site = env.origin("SITE_URL", "http://127.0.0.1:8000")
SITE_URL = f"{_site.scheme}://{_site.netloc}"
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

SECRET_KEY = env.secret("SECRET_KEY", least=16)
SECRET_KEY_FALLBACKS = env.several("SECRET_KEY_FALLBACKS", [], r".+", "a former key")
DEBUG = env.yes_or_no("DEBUG", default=False)

_https = _site.scheme == "https"
_loopback = {"127.0.0.1", "localhost", "[::1]"}
_hostname = _site.hostname or ""
_host = f"[{_hostname}]" if ":" in _hostname else _hostname
_hosts = sorted({_host, *_loopback}) if _host in _loopback else [_host]
_port = f":{_site.port}" if _site.port else ""

# Full origins, not hosts: another port of this host is another site (RFC 6454).
ALLOWED_ORIGINS = env.several(
    "ALLOWED_ORIGINS",
    [f"{_site.scheme}://{host}{_port}" for host in _hosts],
    r"https?://[\w.:\[\]*-]+",
    "https://chat.example.org",
)
ALLOWED_HOSTS = env.several(
    "ALLOWED_HOSTS", _hosts, r"\*|[\w.-]+|\[[0-9A-Fa-f:.]+\]", "chat.example.org"
)
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS
ADMIN_HOST = env.host("ADMIN_HOST")
ADMIN_NETWORKS = env.networks("ADMIN_NETWORKS")
if ADMIN_HOST and "*" not in ALLOWED_HOSTS:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, ADMIN_HOST]

# ---- what we are made of

INSTALLED_APPS = [
    "daphne",
    "chatsite",
    "chat",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "chatsite.apps.ChatAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
]

MIDDLEWARE = [
    "chatsite.response_headers.ResponseHeaders",
    "django.middleware.security.SecurityMiddleware",
    "chatsite.static_files.StaticFiles",
    "chatsite.compressed_pages.CompressedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chatsite.admin_place.AdminPlace",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LocaleMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "chatsite.context.site",
            ],
        },
    },
]

# ---- where the data lives

DATABASES = {"default": env.database("DATABASE_URL", sqlite=VAR_DIR / "chat.sqlite3")}
_database = DATABASES["default"]
_pool = env.whole_number("DATABASE_POOL", 16)
_database["CONN_MAX_AGE"] = 0  # a request's thread ends with it, and would take one kept open along
if _database["ENGINE"].endswith("sqlite3"):
    _database["ENGINE"] = "chatsite.sqlite"  # one FIFO queue for all writers of the process
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a read that turns into a write cannot wait for its lock
        "timeout": 5,
        # FULL survives a power cut; in a group commit many messages share its fsync. What is deleted is
        # overwritten, as Debian's SQLite does anyway.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
            "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384;"
        ),
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True  # the pool hands out no connection that has died
    _database["OPTIONS"] = {
        "connect_timeout": 3,
        # A database whose machine vanished is noticed within half a minute, not after hours.
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # Nobody waits for a lock for ever, and a client that hangs does not keep others from theirs.
        # What is read under a lock has to be what is committed by then, whatever the server's default.
        "options": (
            "-c lock_timeout=3s -c idle_in_transaction_session_timeout=10s"
            " -c default_transaction_isolation=read\\ committed"
        ),
        "pool": {
            "min_size": 1,
            "max_size": _pool,
            "timeout": 2,
            "reconnect_timeout": 1,  # a database that is back is found at the next call
        },
    } | _database.get("OPTIONS", {})

# Each group has its place at one of them. What is counted (rate limits) is counted at the first.
REDIS_URLS = env.redis("REDIS_URL")
REDIS_URL = next(iter(REDIS_URLS), "")
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": address,
                        "socket_connect_timeout": 2,
                        "socket_keepalive": True,
                        "health_check_interval": 10,  # finds a connection that only looks alive
                    }
                    for address in REDIS_URLS
                ]
            },
        }
        if REDIS_URLS
        # One channel per process listens here, so its capacity is a bound on a burst, not on people.
        else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
    )
}
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# ---- the process, and what a visitor may have of it

# Behind a proxy every visitor has the proxy's address: name the header that it overwrites. Our server puts
# what is in it into REMOTE_ADDR, where allauth's limits look.
CLIENT_IP_HEADER = env.text("CLIENT_IP_HEADER")
if not re.fullmatch(r"[A-Za-z0-9-]*", CLIENT_IP_HEADER):
    env.refuse("CLIENT_IP_HEADER", f"must be the name of a header, not {CLIENT_IP_HEADER!r}")
if CLIENT_IP_HEADER.lower() == "x-forwarded-for":
    env.refuse(
        "CLIENT_IP_HEADER",
        "must not be X-Forwarded-For: visitors can put their own words into it",
    )
# How many sockets systemd opened for this very process (sd_listen_fds(3)). Asked for here: later Twisted
# will have taken the words out of the environment.
_passed = os.environ.get("LISTEN_FDS", "")
_are_ours = os.environ.get("LISTEN_PID") == str(os.getpid())
PASSED_SOCKETS = int(_passed) if _are_ours and _passed.isdecimal() else 0
NOTIFY_SOCKET = os.environ.get("NOTIFY_SOCKET", "")  # where it wants to hear that we serve
ACCESS_LOG = env.yes_or_no("ACCESS_LOG", default=False)
# Whoever watches the site says it to see /metrics; without one there is no such page.
METRICS_TOKEN = env.token("METRICS_TOKEN", least=16)
MIN_FREE_MIB = env.whole_number("MIN_FREE_MIB", 200, least=0)  # on the disk of VAR_DIR: /readyz
UPLOAD_MIB_PER_DAY = env.whole_number("UPLOAD_MIB_PER_DAY", 2_000, least=0)  # of one person
CPU = env.text("CPU", "auto")
if CPU not in {"auto", "none"} and not (CPU.isascii() and CPU.isdecimal()):
    env.refuse("CPU", f"must be auto, none or the number of a core, not {CPU!r}")
HEADER_SECONDS = env.whole_number("HEADER_SECONDS", 10)
BODY_SECONDS = env.whole_number("BODY_SECONDS", 20)
KEEP_ALIVE_SECONDS = env.whole_number("KEEP_ALIVE_SECONDS", 75)
HANDSHAKE_SECONDS = env.whole_number("HANDSHAKE_SECONDS", 20)
# A form with the longest message, percent-encoded. Taking a form of 1 MiB apart keeps the GIL for tens of ms.
MAX_REQUEST_BYTES = env.whole_number("MAX_REQUEST_BYTES", 128 * 1024)
MAX_UNFINISHED = env.whole_number("MAX_UNFINISHED", 1_000)
MAX_UNFINISHED_PER_ADDRESS = env.whole_number("MAX_UNFINISHED_PER_ADDRESS", 100)
MAX_CONNECTIONS_PER_ADDRESS = env.whole_number("MAX_CONNECTIONS_PER_ADDRESS", 1_000)
MAX_CONNECTIONS_PER_USER = env.whole_number("MAX_CONNECTIONS_PER_USER", MAX_CONNECTIONS)
MAX_BACKLOG_BYTES = env.whole_number("MAX_BACKLOG_BYTES", 1024 * 1024)

# ---- files: static ones by hashed names, uploads where STORAGES says; nginx may send either instead

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILES_BUCKET = env.text("FILES_BUCKET")
FILES_ENDPOINT = env.address("FILES_ENDPOINT")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": FILES_BUCKET,
                "endpoint_url": FILES_ENDPOINT or None,
                "region_name": env.text("FILES_REGION") or None,
                "access_key": env.text("FILES_ACCESS_KEY") or None,
                "secret_key": env.text("FILES_SECRET_KEY") or None,
                "default_acl": "private",
                "file_overwrite": False,
                "max_memory_size": 1024 * 1024,  # else a file that is read is all in memory
            },
        }
        if FILES_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "chatsite.static_storage.ChatStaticStorage"
        )
    },
}
MEDIA_ROOT = VAR_DIR / "media"
if FILES_BUCKET and find_spec("storages") is None:
    env.refuse("FILES_BUCKET", "needs a package more: pip install 'django-storages[s3]'")
# Where nginx has MEDIA_ROOT as an `internal` location: it sends files instead of this process.
FILES_ACCEL = env.text("FILES_ACCEL").rstrip("/")
if FILES_ACCEL and not re.fullmatch(r"(/[A-Za-z0-9_-]+)+", FILES_ACCEL):
    env.refuse("FILES_ACCEL", f"must be a location's path, like /protected, not {FILES_ACCEL!r}")

# ---- accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "chatsite.hashers.RoamingArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {
        "NAME": "accounts.passwords.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NumericPasswordValidator"},
]
SIGN_UP = env.one_of("SIGN_UP", ["open", "approval", "invite", "closed"])

# Lifts every rate limit, sign-up's too: for benches and tests, never for a site people use.
RATE_LIMITS = env.yes_or_no("RATE_LIMITS", default=True)

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.two_factor_forms.ReauthenticatePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_PRESERVE_USERNAME_CASING = False  # all are lower case: found by index, not by UPPER()
# Django's own: allauth's keeps a second record of each address, which could outlive User.email.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
ACCOUNT_SESSION_REMEMBER = True
# {} stands for allauth's defaults: 20 sign-ups a minute and address, 5 wrong passwords in 5 minutes ...
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {
        "change_picture": "20/m/user",
        "change_settings": "30/m/user",
        "tell_of_sign_in": "5/h/user",  # the address may be a stranger's: nobody has confirmed it
    }
    if RATE_LIMITS
    else False
)
# The second step of signing in. Wrong codes count with wrong passwords: five in five minutes.
STAFF_NEEDS_2FA = env.yes_or_no("STAFF_NEEDS_2FA", default=False)
MFA_ADAPTER = "accounts.two_factor.TwoFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.two_factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.two_factor_forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.two_factor_forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # the code before and the one after: clocks differ, and typing takes time
MFA_RECOVERY_CODES_SHOW_ONCE = True
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_ENGINE = "accounts.session_engine"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
vars().update(env.mail("EMAIL_URL", "consolemail://"))
EMAIL_TIMEOUT = 10  # a mail server that hangs keeps nobody at the door for longer
# Mails that nobody has asked for are sent only where mails go further than the server's own output.
MAILS_LEAVE = not env.text("EMAIL_URL", "consolemail://").startswith("consolemail:")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"chat@{_hostname}")
if "@" not in DEFAULT_FROM_EMAIL:
    env.refuse("DEFAULT_FROM_EMAIL", f"must be an address, not {DEFAULT_FROM_EMAIL!r}")

# ---- the browser's own guards

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = env.yes_or_no("SSL_REDIRECT", default=True) and _https
SECURE_HSTS_SECONDS = env.whole_number("HSTS_SECONDS", 31_536_000 if _https else 0, least=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.yes_or_no(
    "HSTS_SUBDOMAINS", default=_https
)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
X_FRAME_OPTIONS = "DENY"
# Older browsers do not count the page's own socket as 'self'; CSP has no IPv6 literals.
_socket_origins = [o.replace("http", "ws", 1) for o in ALLOWED_ORIGINS if "[" not in o]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF, *_socket_origins],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}

# ---- languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
COMPILED_LOCALE = VAR_DIR / "locale"
LOCALE_PATHS = [BASE_DIR / "locale", COMPILED_LOCALE]  # `makemessages` writes into the first
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

_log_level = env.one_of("LOG_LEVEL", ["WARNING", "DEBUG", "INFO", "ERROR", "CRITICAL"])
_log_format = env.one_of("LOG_FORMAT", ["lines", "json"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": "chatsite.logs.Lines",
            "fmt": "%(asctime)s %(levelname)s %(name)s%(on_behalf_of)s: %(message)s",
        },
        "access": {"()": "chatsite.logs.Lines", "fmt": "%(asctime)s %(message)s"},
        "json": {"()": "chatsite.logs.JsonLines"},
    },
    "filters": {"outages": {"()": "chatsite.outages.OneLine"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": _log_format,
            "level": _log_level,
        },
        "access": {
            "class": "logging.StreamHandler",
            "formatter": "json" if _log_format == "json" else "access",
        },
        "tally": {"()": "chatsite.logs.counting"},
    },
    # Warnings are counted also where they are not written.
    "root": {
        "handlers": ["stderr", "tally"],
        "level": _log_level if _log_level in {"DEBUG", "INFO"} else "WARNING",
    },
    # We say it ourselves, once and in a line: these two tell every attempt, with tracebacks.
    "loggers": {
        "channels_redis": {"level": "CRITICAL"},
        "psycopg.pool": {"level": "ERROR"},
        "django.request": {"filters": ["outages"]},
        "chatsite.access": {"level": "INFO", "handlers": ["access"], "propagate": False},
    },
}
