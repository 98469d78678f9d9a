from django.core.files.storage import InMemoryStorage


class Bucket(InMemoryStorage):
    """A storage that is not on this machine: no file of it has a path here."""

    def path(self, name: str) -> str:
        raise NotImplementedError
