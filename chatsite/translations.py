"""Makes what Django reads (.mo) of what translators write (.po), on a machine that has no gettext.

What is made stands in VAR_DIR, like the collected static files: the code's own folder may be read-only.
"""

import os
from pathlib import Path

import polib
from django.conf import settings

SOURCES: Path = settings.BASE_DIR / "locale"


def compile_translations() -> None:
    for source in SOURCES.glob("*/LC_MESSAGES/*.po"):
        _write(_compiled(source), polib.pofile(source).to_binary())


def _compiled(source: Path) -> Path:
    target: Path = settings.COMPILED_LOCALE / source.relative_to(SOURCES)
    return target.with_suffix(".mo")


def _write(target: Path, content: bytes) -> None:
    """At one stroke: a server that starts meanwhile finds the old file or the new one, never half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(target)
