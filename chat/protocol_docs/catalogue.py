"""What the wire consists of, found in its modules rather than listed a second time."""

from types import ModuleType
from typing import get_args

from msgspec import Struct

from chat.protocol import codes, commands, content, events, results, shapes

Kind = type[Struct]


def command_types() -> list[type[commands.Command]]:
    return list(commands.Command.__subclasses__())


def event_types() -> list[Kind]:
    return [kind for kind in _defined_in(events) if not kind.__subclasses__()]


def result_types() -> list[Kind]:
    return _defined_in(results)


def shape_types() -> list[Kind]:
    return _defined_in(shapes)


def node_types() -> list[Kind]:
    return [kind for kind in _defined_in(content) if not kind.__subclasses__()]


def result_of(command: type[commands.Command]) -> Kind | None:
    return results.RESULTS.get(command)


def error_codes() -> tuple[str, ...]:
    return get_args(codes.ErrorCode)


def close_codes() -> dict[str, int]:
    return {name: value for name, value in vars(codes).items() if name.startswith("CLOSE_")}


def tag_of(kind: Kind) -> str:
    """The value of `type` (of a node: `t`) that names this struct on the wire; empty for a plain shape."""
    return str(kind.__struct_config__.tag or "")


def _defined_in(module: ModuleType) -> list[Kind]:
    return [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Struct)
        and kind.__module__ == module.__name__
    ]
