import json
from typing import Any

_WIDTH = 100


def pretty(value: Any, *, indent: int = 0, used: int = 0) -> str:
    """JSON that breaks only what does not fit on its line; `used` columns of that are taken already."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent + used <= _WIDTH or not isinstance(value, dict | list):
        return line
    inner = indent + 2
    if isinstance(value, dict):
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        items = list(value.values())
    else:
        keys, items = [""] * len(value), value
    body = ",\n".join(
        " " * inner + key + pretty(item, indent=inner, used=len(key) + 1)
        for key, item in zip(keys, items, strict=True)
    )
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{body}\n{' ' * indent}{closing}"
