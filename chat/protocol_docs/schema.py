"""The wire as JSON Schema (2020-12), for client libraries and for checking frames by machine."""

from typing import Any

import msgspec

from chat.protocol import content
from chat.protocol.codec import error
from chat.protocol.commands import Command

from . import catalogue

_REF = "#/$defs/{name}"
Schema = dict[str, Any]


def schema() -> Schema:
    """One document: `$defs` has each struct, ClientFrame what a client sends, ServerFrame what it gets."""
    commands, events = catalogue.command_types(), catalogue.event_types()
    kinds = [*commands, *events, *catalogue.result_types(), *catalogue.shape_types()]
    _, defs = msgspec.json.schema_components([*kinds, content.Block], ref_template=_REF)
    definitions: Schema = {name: _tidy(defs[name]) for name in sorted(defs)}
    definitions["Message"]["properties"]["content"] = {
        "description": "A plain array on the server, which never reads it.",
        "anyOf": [{"type": "array", "items": {"$ref": "#/$defs/Block"}}, {"type": "null"}],
    }
    definitions |= {
        "Block": _any_of(_names(content.Block)),
        "ClientFrame": _any_of([kind.__name__ for kind in commands]),
        "Ok": _ok(),
        "Error": _error(),
        "ServerObject": _any_of(["Ok", "Error", *(kind.__name__ for kind in events)]),
        "ServerFrame": {
            "description": "One object, or what was due together.",
            "anyOf": [
                {"$ref": "#/$defs/ServerObject"},
                {"type": "array", "items": {"$ref": "#/$defs/ServerObject"}},
            ],
        },
    }
    for command in commands:
        definitions[f"{command.__name__}Ok"] = _ok_of(command)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "chat.v1",
        "anyOf": [{"$ref": "#/$defs/ClientFrame"}, {"$ref": "#/$defs/ServerFrame"}],
        "$defs": definitions,
    }


def _ok() -> Schema:
    return {
        "description": "The answer to a command that was done; further fields are those of its result.",
        "type": "object",
        "properties": {"type": {"enum": ["ok"]}, "id": {"type": "string"}},
        "required": ["type", "id"],
    }


def _ok_of(command: type[Command]) -> Schema:
    parts: list[Schema] = [{"$ref": "#/$defs/Ok"}]
    if result := catalogue.result_of(command):
        parts.append({"$ref": f"#/$defs/{result.__name__}"})
    return {"description": f"The answer to {catalogue.tag_of(command)}.", "allOf": parts}


def _error() -> Schema:
    sample: Schema = msgspec.json.decode(error("1", "conflict", "", retry_after=1))
    types: dict[str, Schema] = {
        "type": {"enum": ["error"]},
        "id": {"type": ["string", "null"]},
        "code": {"enum": list(catalogue.error_codes())},
        "detail": {"type": "string"},
        "retry_after": {"type": "integer", "description": "Milliseconds."},
    }
    return {
        "description": "The answer to a command that was refused: nothing was changed by it.",
        "type": "object",
        "properties": {name: types[name] for name in sample},
        "required": [name for name in sample if name != "retry_after"],
    }


def _any_of(names: list[str]) -> Schema:
    return {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in names]}


def _names(union: Any) -> list[str]:
    return [kind.__name__ for kind in union.__args__]


def _tidy(definition: Schema) -> Schema:
    """Without the indentation that docstrings carry."""
    if text := definition.get("description"):
        definition["description"] = " ".join(text.split())
    return definition
