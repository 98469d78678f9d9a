"""Which of our scripts a page needs at first, read off the scripts themselves.

A module names what it cannot do without by a static `import`, and what can wait by `import("chat/...")`.
Whatever is reached from `main.js` by static imports alone is fetched with the page, all at once; the
rest when first it is wanted.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FIRST = "chat/main.js"
# As `deno fmt` writes them. What comments import, they import for types.
_STATIC = re.compile(r'^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"(chat/[^"]+)";', re.MULTILINE)
_LATE = re.compile(r'^(?!\s*[/*]).*?(?<![\w.{<])import\(\s*"(chat/[^"]+)"', re.MULTILINE)


def all_modules() -> dict[str, Path]:
    """Every module by the name that others import it by."""
    folder = Path(settings.BASE_DIR) / "static" / "js"
    return {
        f"chat/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*.js"))
    }


def first_load() -> list[str]:
    """What `main.js` cannot start without, itself first, the nearest before the farther."""
    modules = all_modules()
    found = [FIRST]
    for name in found:  # which grows meanwhile
        found += [one for one in static_imports(modules[name].read_text()) if one not in found]
    return found


def static_imports(source: str) -> list[str]:
    return list(dict.fromkeys(_names(_STATIC, source)))


def late_imports(source: str) -> list[str]:
    return list(dict.fromkeys(_names(_LATE, source)))


def _names(pattern: re.Pattern[str], source: str) -> Iterator[str]:
    return (match[1] for match in pattern.finditer(source))
