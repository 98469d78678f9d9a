"""The product's settings without what only takes time where nothing is measured and nobody cuts the power."""

from chatsite.settings import *  # noqa: F403
from chatsite.settings import DATABASES, PASSWORD_HASHERS

PASSWORD_HASHERS = ["tests.hashers.CheapArgon2", *PASSWORD_HASHERS]

# A process that is killed loses nothing that the system was given: only a machine does.
_options = DATABASES["default"]["OPTIONS"]
if "init_command" in _options:
    _options["init_command"] = _options["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
