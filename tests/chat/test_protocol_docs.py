"""docs/protocol.md and its schema are made from the wire itself, and say nothing that is not so."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from msgspec import Struct

from chat import protocol_docs
from chat.protocol import codec
from chat.protocol.commands import Command
from chat.protocol_docs import catalogue, examples, prose

SCHEMA = protocol_docs.schema()
KNOWN_KEYWORDS = {
    *["$ref", "allOf", "anyOf", "enum", "type", "properties", "required", "additionalProperties"],
    *["maxProperties", "items", "prefixItems", "minItems", "maxItems", "minLength", "maxLength"],
    *["minimum", "maximum", "pattern", "title", "description", "default", "format"],
    "discriminator",
}
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value satisfies a schema made of the keywords that ours is made of."""
    assert schema.keys() <= KNOWN_KEYWORDS, schema.keys() - KNOWN_KEYWORDS
    if "$ref" in schema:
        return fits(value, definition(schema["$ref"].removeprefix("#/$defs/")))
    return (
        all(fits(value, part) for part in schema.get("allOf", []))
        and ("anyOf" not in schema or any(fits(value, part) for part in schema["anyOf"]))
        and ("enum" not in schema or value in schema["enum"])
        and ("type" not in schema or has_type(value, schema["type"]))
        and (not isinstance(value, dict) or fits_object(value, schema))
        and (not isinstance(value, list) or fits_array(value, schema))
        and (not isinstance(value, str) or fits_string(value, schema))
        and (not isinstance(value, int) or within(value, schema, "minimum", "maximum"))
    )


def has_type(value: Any, names: str | list[str]) -> bool:
    names = [names] if isinstance(names, str) else names
    return any(
        isinstance(value, TYPES[name]) and (name != "integer" or not isinstance(value, bool))
        for name in names
    )


def fits_object(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    properties, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
    if extra is False and value.keys() - properties.keys():
        return False
    rest = extra if isinstance(extra, dict) else {}
    return value.keys() >= set(schema.get("required", [])) and all(
        fits(item, properties.get(key, rest)) for key, item in value.items()
    )


def fits_array(value: list[Any], schema: dict[str, Any]) -> bool:
    first = schema.get("prefixItems", [])
    rest = schema.get("items", {})
    return (
        within(len(value), schema, "minItems", "maxItems")
        and all(fits(item, part) for item, part in zip(value, first, strict=False))
        and (rest is False or all(fits(item, rest) for item in value[len(first) :]))
    )


def fits_string(value: str, schema: dict[str, Any]) -> bool:
    return within(len(value), schema, "minLength", "maxLength") and bool(
        re.search(schema.get("pattern", ""), value)
    )


def within(value: int, schema: dict[str, Any], low: str, high: str) -> bool:
    return bool(schema.get(low, value) <= value <= schema.get(high, value))


def definition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["$defs"][name]
    return found


def plain(payload: bytes) -> Any:
    return msgspec.json.decode(payload)


def name_of(sample: Struct) -> str:
    return type(sample).__name__


@pytest.mark.parametrize("sample", examples.COMMANDS, ids=name_of)
def test_each_example_of_a_command_is_one_that_the_server_takes(sample: Command) -> None:
    frame = codec.encode(sample)
    assert codec.decode(frame.decode()) == sample
    assert fits(plain(frame), definition(name_of(sample)))
    assert fits(plain(frame), definition("ClientFrame"))


@pytest.mark.parametrize("sample", examples.EVENTS, ids=name_of)
def test_each_example_of_an_event_is_one_that_the_server_sends(sample: Struct) -> None:
    frame = codec.encode(sample)
    assert msgspec.json.decode(frame, type=type(sample)) == sample
    assert fits(plain(frame), definition(name_of(sample)))
    assert fits([plain(frame)], definition("ServerFrame"))


@pytest.mark.parametrize("command", catalogue.command_types(), ids=catalogue.tag_of)
def test_each_answer_fits_the_schema(command: type[Command]) -> None:
    results = {type(sample): sample for sample in examples.RESULTS}
    result = catalogue.result_of(command)
    answer = plain(codec.ok("1", results[result] if result else None))
    assert fits(answer, definition(f"{command.__name__}Ok"))
    assert fits(answer, definition("ServerFrame"))


@pytest.mark.parametrize(
    "frame", [codec.error(None, "bad_frame", ""), codec.error("1", "muted", "", retry_after=5)]
)
def test_an_error_fits_the_schema(frame: bytes) -> None:
    assert fits(plain(frame), definition("Error"))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("ClientFrame", {"type": "ping"}),
        ("ClientFrame", {"type": "ping", "id": "1", "extra": 1}),
        ("ClientFrame", {"type": "pong", "id": "1"}),
        ("RoomJoin", {"type": "room.join", "id": "1", "room": 0}),
        ("RoomJoin", {"type": "room.join", "id": "1", "room": True}),
        ("MessageSendOk", {"type": "ok", "id": "1", "room": 7}),
        ("Error", {"type": "error", "id": "1", "code": "odd", "detail": ""}),
        ("Link", {"t": "link", "href": "javascript:alert(1)", "c": []}),
        ("Block", {"t": "text", "text": "not in a paragraph"}),
    ],
)
def test_what_is_wrong_does_not_fit_the_schema(name: str, wrong: dict[str, Any]) -> None:
    assert not fits(wrong, definition(name))


def test_there_is_one_example_of_everything() -> None:
    assert [type(sample) for sample in examples.COMMANDS] == catalogue.command_types()
    assert [type(sample) for sample in examples.EVENTS] == catalogue.event_types()
    assert [type(sample) for sample in examples.RESULTS] == catalogue.result_types()


def test_every_command_event_and_shape_has_a_text() -> None:
    kinds = [*catalogue.command_types(), *catalogue.event_types(), *catalogue.shape_types()]
    assert [kind.__name__ for kind in kinds if not vars(kind)["__doc__"]] == []


def test_every_code_is_explained() -> None:
    assert list(prose.ERRORS) == list(catalogue.error_codes())
    explained = {close.code for close in prose.CLOSES}
    assert set(catalogue.close_codes().values()) <= explained


def test_every_link_within_the_document_leads_somewhere() -> None:
    text = protocol_docs.document()
    headings = re.findall(r"^### `([a-z.]+)`", text, re.MULTILINE)
    anchors = {heading.replace(".", "") for heading in headings}
    anchors |= set(re.findall(r'<a id="([^"]+)">', text))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) - anchors == set()


def test_the_check_passes_on_fresh_files(tmp_path: Path) -> None:
    call_command("protocol_docs", into=tmp_path, stdout=StringIO())
    call_command("protocol_docs", into=tmp_path, check=True)


def test_the_check_names_a_stale_file_and_leaves_it(tmp_path: Path) -> None:
    call_command("protocol_docs", into=tmp_path, stdout=StringIO())
    (tmp_path / "protocol.md").write_text("old")
    with pytest.raises(
        CommandError, match=r"^Out of date in \S+: protocol.md\. Run \S+ protocol_docs`\.$"
    ):
        call_command("protocol_docs", into=tmp_path, check=True)
    assert (tmp_path / "protocol.md").read_text() == "old"
