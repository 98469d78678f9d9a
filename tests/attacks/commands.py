"""Commands that mean harm: every one of the protocol, its fields right, wrong, missing, twice and too many.

They are texts, not objects, for much of it no JSON library would write: NaN, lone surrogates, a key twice,
5,000 digits. The commands and their fields are read from docs/protocol.schema.json, so a new one is attacked
from the day it is there.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

SCHEMA = Path(__file__).parents[2] / "docs" / "protocol.schema.json"
FRAME_BYTES = 128 * 1024
UUID = "0b5d5b8c-8a36-4a4b-9d21-0123456789ab"

# JSON texts, and what only looks like it.
SMALL = (
    *(
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1",
        "2",
        "1.5",
        "1e3",
        "1e400",
        "-1e400",
        "1E-400",
    ),
    *("9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808"),
    *("18446744073709551616", "-9223372036854775809", "0x10", "01", "+1", ".5", "1.", "NaN"),
    *(
        "Infinity",
        "-Infinity",
        "undefined",
        "'a'",
        "{}",
        "[]",
        "[[]]",
        "[null]",
        '{"a":1}',
        '{"":{}}',
    ),
    *('""', '"1"', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\\ud83d\\ude00"'),
    *(
        '"\\x41"',
        '"\\u12"',
        '"\x00"',
        '"\n"',
        '"\\/"',
        '"\u2028\u2029"',
        '"\ufeff"',
        '"\u202e\u200b"',
    ),
    *('"e\u0301\u0301"', '"👍🏽"', '"👩‍👩‍👧‍👦"', '"<script>alert(1)</script>"', '"%s%n{0}{}"'),
    *(
        '"../../etc/passwd"',
        '"\' OR 1=1 --"',
        '"2026-01-31T09:30:00.000Z"',
        '"9999-99-99T99:99:99.999Z"',
    ),
    *('"0000-00-00T00:00:00.000Z"', '"@all @everyone"', '"general"', '"owner"', '"mute"', '"all"'),
    *(
        '"*"',
        '"' + UUID + '"',
        '"' + UUID.upper() + '"',
        "// 1",
        "1 // 2",
        "/**/1",
        "",
        " ",
        "\ufeff1",
    ),
)
MARKUP = (
    "[" * 500,
    "*" * 500,
    "`" * 500,
    "> " * 300,
    "- " * 300,
    "![](" * 200,
    "[a](b" * 200,
    "\\n" * 500,
)


def hostile_command(random: Random, rooms: Sequence[int]) -> str:
    """One frame's text; often nearly right, for what is refused at once reaches nothing."""
    name = random.choice(sorted(_commands()))
    fields = {"type": json.dumps(name), "id": _correlation(random)}
    for field, schema in _commands()[name].items():
        if random.random() < 0.85:
            fields[field] = _value(random, field, schema, rooms)
    text = _join(random, fields)
    return _disturb(random, text) if random.random() < 0.1 else text


@cache
def _commands() -> dict[str, dict[str, Any]]:
    """The fields' schemas by command, without `type` and `id`."""
    definitions = json.loads(SCHEMA.read_text())["$defs"]
    names = [one["$ref"].rpartition("/")[2] for one in definitions["ClientFrame"]["anyOf"]]
    found = {}
    for properties in (definitions[name]["properties"] for name in names):
        (command,) = properties["type"]["enum"]
        found[command] = {key: properties[key] for key in properties if key not in {"type", "id"}}
    return found


def _correlation(random: Random) -> str:
    return random.choice(SMALL) if random.random() < 0.05 else f'"{random.randrange(10**9)}"'


def _value(random: Random, field: str, schema: dict[str, Any], rooms: Sequence[int]) -> str:
    chance = random.random()
    if chance < 0.6:
        return _plausible(random, field, schema, rooms)
    if chance < 0.9:
        return random.choice(SMALL)
    return _large(random)


def _plausible(random: Random, field: str, schema: dict[str, Any], rooms: Sequence[int]) -> str:
    if field == "room":
        return str(random.choice([*rooms, random.randrange(1, 50)]))
    if field in {"client_id", "epoch"}:
        return f'"{UUID[:-6]}{random.randrange(16**6):06x}"'
    for variant in schema.get("anyOf", []):
        if variant != {"type": "null"}:
            schema = variant
    if "enum" in schema:
        return json.dumps(random.choice(schema["enum"]))
    return _of_type(random, schema.get("type", "string"))


def _of_type(random: Random, kind: str) -> str:
    match kind:
        case "integer":
            return str(random.choice([0, 1, 2, 3, 5, 50, 200, 201, random.randrange(1, 2**53)]))
        case "boolean":
            return random.choice(["true", "false"])
        case "array":
            return json.dumps([random.randrange(1, 60) for _ in range(random.randrange(6))])
        case "object":
            return json.dumps({random.randrange(1, 60): random.randrange(100) for _ in range(4)})
    return random.choice([*SMALL[40:], '"hello"', f'"{random.choice(MARKUP)}"'])


def _large(random: Random) -> str:
    """What costs more to read than to write."""
    depth = random.choice([10, 100, 500, 1_000, 10_000, 60_000])
    return random.choice(
        [
            "[" * depth + "]" * depth,
            "[" * depth,
            '{"a":' * (depth // 4) + "1" + "}" * (depth // 4),
            "9" * depth,
            "-" + "9" * depth + ".5e" + "9" * 50,
            '"' + "x" * depth + '"',
            '"' + "字" * (depth // 3) + '"',
            '"' + r"\u0041" * (depth // 6) + '"',
            '"' + "e" + "\u0301" * (depth // 3) + '"',
            f'"{random.choice(MARKUP) * (1 + depth // 600)}"',
            "[" + ",".join(map(str, range(1, depth // 8))) + "]",
            "{" + ",".join(f'"{number}":{number}' for number in range(1, depth // 12)) + "}",
        ]
    )


def _join(random: Random, fields: dict[str, str]) -> str:
    pairs = [f'"{name}":{value}' for name, value in fields.items()]
    if random.random() < 0.1:
        pairs.append(random.choice(pairs))
    if random.random() < 0.1:
        pairs.append(
            f'"{random.choice(["x", "type", "id", "", "room", "__proto__"])}":{_large(random)}'
        )
    if random.random() < 0.2:
        random.shuffle(pairs)
    text = "{" + ",".join(pairs) + "}"
    if random.random() < 0.03:
        text = (
            text[:-1] + "," + " " * (FRAME_BYTES - len(text.encode()) - random.randrange(2)) + "}"
        )
    return text


def _disturb(random: Random, text: str) -> str:
    """A piece less, more, or elsewhere."""
    at = random.randrange(len(text) + 1)
    return random.choice(
        [
            text[:at],
            text[at:],
            text[:at] + chr(random.randrange(1, 0x300)) + text[at:],
            f"[{text}]",
            text + text,
            text[:at] + text,
        ]
    )
