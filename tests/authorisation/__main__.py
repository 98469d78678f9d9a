"""`python -m tests.authorisation` writes docs/authorisation.md."""

import os
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "authorisation.md"

if __name__ == "__main__":
    import tests.environment  # noqa: F401 - the tests' own, before Django reads its settings

    os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    django.setup()
    from .document import text

    DOCUMENT.write_text(text(), encoding="utf-8")
