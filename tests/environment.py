"""What the tests run under, fixed before Django reads its settings.

A developer's own environment and `.env` must not leak in: a test run never touches their database.
TEST_BACKEND=postgresql puts the tests that use the database directly on a PostgreSQL of their own;
TEST_DATABASE_URL names one that is there already.
"""

import atexit
import os
import shutil
import tempfile

VAR_DIR = tempfile.mkdtemp(prefix="chatsite-tests-")
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)

if os.environ.get("TEST_BACKEND") == "postgresql" and "TEST_DATABASE_URL" not in os.environ:
    from tests.services import Postgres

    # Of the whole run: worker processes find its address in their environment.
    _postgres = Postgres(is_durable=False)
    atexit.register(_postgres.remove)
    _postgres.start()
    os.environ["TEST_DATABASE_URL"] = _postgres.url

# Of the whole run as well: the process that starts the others ends last.
os.environ.setdefault("TEST_STORE", VAR_DIR)
os.environ.update(
    SECRET_KEY="tests-only-not-a-secret-0123456789-0123456789-0123456789",
    SITE_NAME="Chatsite",
    SITE_URL="http://testserver",
    VAR_DIR=VAR_DIR,
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", f"sqlite:///{VAR_DIR}/chat.sqlite3"),
    REDIS_URL="",
    EMAIL_URL="memorymail://",
    SIGN_UP="open",
    RATE_LIMITS="true",
    DEBUG="false",
    LOG_LEVEL="WARNING",
)
for leak in ("ALLOWED_HOSTS", "ALLOWED_ORIGINS", "SECRET_KEY_FALLBACKS", "DEFAULT_FROM_EMAIL"):
    os.environ.pop(leak, None)
