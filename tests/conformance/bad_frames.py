"""Frames that are no commands, by what is wrong with them."""

from collections.abc import Iterable

DEEP = 10_000
UUID = "0b5d5b8c-8a36-4a4b-9d21-0123456789ab"


def _ping(fields: str) -> str:
    return '{"type":"ping","id":"x",' + fields + "}"


def _history(fields: str) -> str:
    return '{"type":"history","id":"x",' + fields + "}"


def _message(fields: str, client_id: str = UUID) -> str:
    return f'{{"type":"message.send","id":"x","room":1,"client_id":"{client_id}",{fields}}}'


def _hello(fields: str) -> str:
    return '{"type":"hello","id":"x",' + fields + "}"


def _numbers(numbers: Iterable[int]) -> str:
    return str(list(numbers))


# Nothing in these, or nothing that may be echoed, says which command they would be.
UNREADABLE = {
    "nothing": "",
    "a space": " ",
    "words": "hello",
    "markup": "<xml/>",
    "null": "null",
    "true": "true",
    "a number": "42",
    "a string": '"ping"',
    "an empty array": "[]",
    "an array of commands": '[{"type":"ping","id":"x"}]',
    "an empty object": "{}",
    "half an object": '{"type":"ping","id":"x"',
    "two objects": '{"type":"ping","id":"x"}{"type":"ping","id":"y"}',
    "a comma too many": '{"type":"ping","id":"x",}',
    "single quotes": "{'type':'ping','id':'x'}",
    "a comment": '{"type":"ping","id":"x"} // hello',
    "a byte order mark": '\ufeff{"type":"ping","id":"x"}',
    "a raw NUL": '{"type":"ping","id":"x\0"}',
    "a raw line break": '{"type":"ping","id":"x\n"}',
    "a bad escape": _ping(r'"a":"\x"'),
    "not a number": _history('"room":NaN'),
    "infinity": _history('"room":-Infinity'),
    "no id": '{"type":"ping"}',
    "id null": '{"type":"ping","id":null}',
    "id number": '{"type":"ping","id":7}',
    "id empty": '{"type":"ping","id":""}',
    "id too long": '{"type":"ping","id":"' + "x" * 65 + '"}',
    "id huge": '{"type":"ping","id":"' + "x" * 130_000 + '"}',
    "id a lone surrogate": r'{"type":"ping","id":"\ud800"}',
    "open arrays": "[" * DEEP,
    "deep arrays": "[" * DEEP + "]" * DEEP,
    "open objects": '{"a":' * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "a huge string": '"' + "字" * 40_000 + '"',
    "a huge open string": '{"type":"' + "x" * 130_000,
    "a huge number": "9" * 130_000,
    "spaces": " " * 130_000,
}

# Each has an `id` that can be read: "x".
READABLE = {
    "no type": '{"id":"x"}',
    "type null": '{"type":null,"id":"x"}',
    "type number": '{"type":1,"id":"x"}',
    "type unknown": '{"type":"message.shout","id":"x"}',
    "type of an event": '{"type":"welcome","id":"x"}',
    "type in other case": '{"type":"Ping","id":"x"}',
    "type twice": '{"type":"ping","type":"shout","id":"x"}',
    "type huge": '{"type":"' + "t" * 100_000 + '","id":"x"}',
    "unknown field": _ping('"extra":1'),
    "unknown deep field": _ping('"a":' + "[" * 500 + "]" * 500),
    "missing field": '{"type":"history","id":"x"}',
    "room a string": _history('"room":"1"'),
    "room a fraction": _history('"room":1.5'),
    "room true": _history('"room":true'),
    "room null": _history('"room":null'),
    "room an array": _history('"room":' + "[" * 100 + "]" * 100),
    "room zero": _history('"room":0'),
    "room negative": _history('"room":-1'),
    "room beyond doubles": _history('"room":9007199254740992'),
    "room beyond 64 bits": _history('"room":18446744073709551617'),
    "room of 5,000 digits": _history('"room":' + "9" * 5000),
    "room of a large exponent": _history('"room":1e400'),
    "limit zero": _history('"room":1,"limit":0'),
    "limit a string": _history('"room":1,"limit":"50"'),
    "limit of 5,000 digits": _history('"room":1,"limit":' + "9" * 5000),
    "client_id no uuid": _message('"body":"a"', client_id="1"),
    "client_id huge": _message('"body":"a"', client_id="0" * 100_000),
    "body a number": _message('"body":1'),
    "body null": _message('"body":null'),
    "body an object": _message('"body":{"text":"a"}'),
    "body with NUL": _message(r'"body":"a\u0000b"'),
    "attachments no list": _message('"body":"a","attachments":1'),
    "51 seqs": '{"type":"messages.get","id":"x","room":1,"seqs":' + _numbers(range(1, 52)) + "}",
    "201 ids": '{"type":"users.get","id":"x","ids":' + _numbers(range(1, 202)) + "}",
    "client huge": _hello('"client":"' + "c" * 201 + '"'),
    "rooms a list": _hello('"client":"tests","rooms":[1]'),
    "rooms by name": _hello('"client":"tests","rooms":{"general":1}'),
    "rooms with a negative rev": _hello('"client":"tests","rooms":{"1":-1}'),
}
