from .__main__ import DOCUMENT
from .document import text


def test_the_document_says_what_the_tables_say() -> None:
    """Where this fails: `python -m tests.authorisation` writes it anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == text()
