"""The document's form: sections, tables of fields, example frames."""

from collections.abc import Iterable

import msgspec
from msgspec import inspect

from chat.protocol import codec, fields
from chat.protocol.commands import Command

from . import catalogue, examples, prose
from .catalogue import Kind, tag_of
from .pretty import pretty

_NAMED: list[tuple[inspect.Type, str]] = [
    (inspect.type_info(fields.Id), "id"),
    (inspect.type_info(fields.Number), "number"),
    (inspect.type_info(fields.Uuid), "uuid"),
    (inspect.type_info(fields.Text), "text"),
    (inspect.type_info(fields.Timestamp), "time"),
]
_SIMPLE = {
    inspect.AnyType: "any",
    inspect.BoolType: "boolean",
    inspect.IntType: "integer",
    inspect.StrType: "string",
    inspect.NoneType: "null",
}


def document() -> str:
    """The whole of docs/protocol.md."""
    parts = [
        "# The wire protocol, version 1",
        "<!-- Written by `manage.py protocol_docs` from the code; edit there. -->",
        prose.INTRODUCTION,
        *_section("Connecting", prose.CONNECTING),
        *_section("Frames", prose.FRAMES),
        *_section("Order: `seq` and `rev`", prose.ORDER),
        *_section("Sending exactly once", prose.SENDING),
        *_section("Reading and being mentioned", prose.READING),
        *_section("Files", prose.FILES),
        *_section("Staying connected", prose.ALIVE),
        "## Commands",
        _index(catalogue.command_types()),
        *_commands(),
        "## Events",
        _index(catalogue.event_types()),
        *_events(),
        "## Shapes",
        *[part for kind in catalogue.shape_types() for part in _shape(kind)],
        *_section("Rich text", prose.CONTENT, _nodes()),
        *_section("Errors", _errors()),
        *_section("Closes", prose.CLOSING, _closes()),
        *_section("Limits", _limits()),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _section(title: str, *parts: str) -> list[str]:
    return [f"## {title}", *parts]


def _index(kinds: Iterable[Kind]) -> str:
    return " · ".join(f"[`{tag_of(kind)}`](#{_anchor(kind)})" for kind in kinds)


def _anchor(kind: Kind) -> str:
    """Commands have the anchors that their headings get; what shares a name with them has its own."""
    if issubclass(kind, Command):
        return tag_of(kind).replace(".", "")
    return f"event-{tag_of(kind)}" if tag_of(kind) else f"shape-{kind.__name__.lower()}"


def _commands() -> Iterable[str]:
    samples = {type(sample): sample for sample in examples.COMMANDS}
    answers = {type(sample): sample for sample in examples.RESULTS}
    for kind in catalogue.command_types():
        sample, result = samples[kind], catalogue.result_of(kind)
        yield f"### `{tag_of(kind)}`"
        yield _text(kind)
        yield _taken_fields(kind)
        if result is not None:
            yield f"With `ok`: {_text(result)}"
            yield _given_fields(result)
        else:
            yield "With `ok`: nothing more."
        answer = answers[result] if result is not None else None
        yield _frames([codec.encode(sample), codec.ok(sample.id, answer)])


def _events() -> Iterable[str]:
    samples = {type(sample): sample for sample in examples.EVENTS}
    for kind in catalogue.event_types():
        yield f'### <a id="{_anchor(kind)}"></a>`{tag_of(kind)}`'
        yield _text(kind)
        yield _given_fields(kind)
        yield _frames([codec.encode(samples[kind])])


def _shape(kind: Kind) -> list[str]:
    return [
        f'### <a id="{_anchor(kind)}"></a>{kind.__name__}',
        _text(kind),
        _given_fields(kind),
    ]


def _nodes() -> str:
    rows = [
        (
            f"`{tag_of(kind)}`",
            ", ".join(f"`{f.name}` {_type(f.type)}" for f in _info(kind)),
            _text(kind),
        )
        for kind in catalogue.node_types()
    ]
    return _table(("`t`", "fields", ""), rows)


def _errors() -> str:
    rows = [(f"`{code}`", *prose.ERRORS[code]) for code in catalogue.error_codes()]
    return _table(("`code`", "meaning", "what a client does"), rows)


def _closes() -> str:
    rows = [(str(close.code), close.meaning, close.reaction) for close in prose.CLOSES]
    return _table(("code", "meaning", "what a client does"), rows)


def _limits() -> str:
    return _table(("of", "limit"), prose.LIMITS)


def _text(kind: Kind) -> str:
    """The struct's own docstring; one that it would inherit says nothing about it."""
    return (
        inspect_doc if (inspect_doc := " ".join((vars(kind).get("__doc__") or "").split())) else ""
    )


def _info(kind: Kind) -> tuple[inspect.Field, ...]:
    info: inspect.StructType = inspect.type_info(kind)  # type: ignore[assignment]
    return info.fields


def _taken_fields(kind: type[Command]) -> str:
    rows = [
        (f"`{field.encode_name}`", _type(field.type), _default(field))
        for field in _info(kind)
        if field.name != "id"
    ]
    return _table(("field", "type", "if left out"), rows) if rows else "No fields of its own."


def _default(field: inspect.Field) -> str:
    if field.required:
        return "required"
    factory = field.default_factory
    value = field.default if factory is msgspec.NODEFAULT else factory()
    if value is msgspec.NODEFAULT:  # null has a meaning of its own there
        return "not given"
    return f"`{codec.encode(value).decode()}`"


def _given_fields(kind: Kind) -> str:
    """The server leaves a field out only where the struct says so."""
    omits = kind.__struct_config__.omit_defaults
    rows = []
    for field in _info(kind):
        unset = not field.required and field.default is field.default_factory is msgspec.NODEFAULT
        note = ", may be missing" if unset or (omits and not field.required) else ""
        rows.append((f"`{field.encode_name}`{note}", _type(field.type)))
    return _table(("field", "type"), rows)


def _type(kind: inspect.Type) -> str:
    for named, name in _NAMED:
        if kind == named:
            return name
    match kind:
        case inspect.Metadata():
            return _type(kind.type)
        case inspect.StrType():
            return f"string{_at_most(kind.max_length)}"
        case inspect.LiteralType():
            return " \\| ".join(f'`"{value}"`' for value in kind.values)
        case inspect.UnionType():
            return _union(kind)
        case inspect.StructType():
            tag = tag_of(kind.cls)
            return f"`{tag}`" if tag else f"[{kind.cls.__name__}](#{_anchor(kind.cls)})"
        case _:
            return _container(kind)


def _container(kind: inspect.Type) -> str:
    match kind:
        case inspect.ListType():
            return f"[{_type(kind.item_type)}]{_at_most(kind.max_length)}"
        case inspect.TupleType():
            return f"[{', '.join(_type(item) for item in kind.item_types)}]"
        case inspect.DictType():
            return (
                f"{{{_type(kind.key_type)}: {_type(kind.value_type)}}}{_at_most(kind.max_length)}"
            )
        case _:
            return _SIMPLE[type(kind)]


def _union(kind: inspect.UnionType) -> str:
    """Of nodes, or of one type and null."""
    if all(isinstance(part, inspect.StructType) for part in kind.types):
        return "node"
    return " \\| ".join(_type(part) for part in kind.types)


def _at_most(bound: int | None) -> str:
    return "" if bound is None else f", at most {bound:,}"


def _frames(frames: list[bytes]) -> str:
    return "\n".join(["```json", *(pretty(msgspec.json.decode(frame)) for frame in frames), "```"])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines)
