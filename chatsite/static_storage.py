"""What `collectstatic` makes of our files on their way to where they are served from.

Our scripts and style sheets lose their comments and indentation, and the style sheets become one. Then
Django gives each file a name with a hash in it, and servestatic puts compressed copies beside it. In the
repository, and while one works on it, they are served as they are.
"""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

from chat.modules import all_modules
from chat.styles import ALL, FILES
from chatsite.stripping import strip_script, strip_style

Paths = dict[str, tuple[Any, str]]  # a file's name -> the storage and the path where its content is


class ChatStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def post_process(
        self, paths: Paths, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        ours = {} if options.get("dry_run") else self._strip(paths)
        yield from super().post_process(paths | ours, **options)

    def _strip(self, paths: Paths) -> Paths:
        scripts = [f"js/{name.removeprefix('chat/')}" for name in all_modules()]
        made = {name: strip_script(_read(paths, name)) for name in scripts if name in paths}
        made |= {name: strip_style(_read(paths, name)) for name in FILES if name in paths}
        made[ALL] = "\n".join(made[name] for name in FILES if name in made)
        return {name: (self, self._put(name, text)) for name, text in made.items()}

    def _put(self, name: str, text: str) -> str:
        self.delete(name)
        return str(self._save(name, ContentFile(text.encode())))


def _read(paths: Paths, name: str) -> str:
    """As it is in the repository: where it is collected to, an earlier run may have stripped it."""
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
        return text
