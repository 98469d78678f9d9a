"""What each event costs: bytes on the wire, and the one-time work for all who are told it.

    .venv/bin/python -m bench.events

The events are the examples of docs/protocol.md. Encoding and framing are done once for a process, deflating
once for all who inflate, however many they are. What one more reader costs is the write (`make bench`).
"""

import timeit
from collections.abc import Callable
from functools import partial

from chat.frames import Frame
from chat.protocol.codec import encode
from chat.protocol_docs.examples import EVENTS

ROUNDS = 2_000


def main() -> None:
    print(f"{'event':12}{'bytes':>8}{'deflated':>10}{'encode, µs':>12}{'deflate, µs':>13}")
    for event in EVENTS:
        payload = encode(event)
        frame = Frame(payload)
        name = str(event.__struct_config__.tag)
        encoding = _microseconds(partial(encode, event))
        deflating = _microseconds(partial(_deflate, payload))
        sizes = f"{len(frame.plain):8}{len(frame.deflated):10}"
        print(f"{name:12}{sizes}{encoding:12.1f}{deflating:13.1f}")


def _deflate(payload: bytes) -> bytes:
    return Frame(payload).deflated


def _microseconds(call: Callable[[], bytes]) -> float:
    """The best of five, since nothing makes it quicker than it is."""
    timer = timeit.Timer(call)
    return min(timer.repeat(5, ROUNDS)) / ROUNDS * 1e6


if __name__ == "__main__":
    main()
