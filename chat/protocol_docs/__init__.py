"""Writes docs/protocol.md and docs/protocol.schema.json from the code of the wire.

Fields, types, bounds, codes and example frames are taken from `chat/protocol`, so they cannot differ from
what the server does; `prose` holds what types cannot say, and `examples` one instance of each struct.
"""

from .markdown import document
from .pretty import pretty
from .schema import schema

__all__ = ["document", "pretty", "schema"]
