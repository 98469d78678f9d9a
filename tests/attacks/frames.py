"""WebSocket frames that no client library would send (RFC 6455, 7692), in the order of one connection.

An `Assault` is what one connection does, and is made from a seed and a number alone: any of them can be had
again without those before it.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from tests.attacks.commands import FRAME_BYTES, hostile_command
from tests.conformance.raw import BINARY, CLOSE, PING, PONG, TEXT, frame

CONTINUATION = 0
RSV1 = 0x40
BOMB_BYTES = 10 * 1024 * 1024
MOST_FRAMES = 12
TOO_LARGE = 1009
CODES = (
    0,
    1,
    999,
    1000,
    1001,
    1004,
    1005,
    1006,
    1011,
    1015,
    1016,
    2999,
    3000,
    4000,
    4401,
    4999,
    5000,
    65535,
)


@dataclass(frozen=True, slots=True)
class Assault:
    """One connection's frames. `is_breach` where some of them break the protocol of WebSockets itself.

    `expected` is the close code they must be answered with, where there is one.
    """

    number: int
    pieces: tuple[bytes, ...]
    deflate: bool = False
    is_breach: bool = False
    expected: int | None = None

    def without(self, index: int) -> "Assault":
        return replace(self, pieces=self.pieces[:index] + self.pieces[index + 1 :])


def make_assault(seed: int, number: int, rooms: Sequence[int]) -> Assault:
    random = Random(f"{seed} {number}")
    deflate = random.random() < 0.5
    if deflate and random.random() < 0.02:
        return Assault(
            number, tuple(_bomb(random)), deflate=True, is_breach=True, expected=TOO_LARGE
        )
    makers = [*MAKERS, *(COMPRESSED if deflate else ())]
    pieces = []
    politeness = random.choice([1.0, 1.0, 0.6])  # after a breach of the protocol nothing is heard
    for _ in range(random.randrange(1, MOST_FRAMES + 1)):
        if random.random() < politeness:
            pieces.append(_told(random, hostile_command(random, rooms), deflate=deflate))
        else:
            pieces.append(random.choice(makers)(random))
    return Assault(number, tuple(pieces), deflate, is_breach=politeness < 1)


def _told(random: Random, text: str, *, deflate: bool) -> bytes:
    """A command as a frame, in one of the ways in which frames may come."""
    data = text.encode(errors="surrogatepass")
    chance = random.random()
    if deflate and chance < 0.2:
        return _set_bits(frame(_deflated(data)), RSV1)
    if chance < 0.4:
        return _fragments(random, data)
    return frame(data, BINARY if chance > 0.97 else TEXT)


def _fragments(random: Random, data: bytes) -> bytes:
    """Cut anywhere, also inside a character; control frames may come between."""
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.randrange(1, 6)))
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    sent = b""
    for index, part in enumerate(parts):
        sent += frame(part, TEXT if index == 0 else CONTINUATION, final=index == len(parts) - 1)
        if random.random() < 0.3:
            sent += frame(random.randbytes(random.randrange(126)), random.choice([PING, PONG]))
    return sent


def _reserved_bits(random: Random) -> bytes:
    return _set_bits(frame(b"{}"), random.randrange(1, 8) << 4)


def _unknown_opcode(random: Random) -> bytes:
    return frame(b"{}", random.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]))


def _unmasked(random: Random) -> bytes:
    return frame(b'{"type":"ping","id":"1"}', masked=False)


def _stray_continuation(random: Random) -> bytes:
    return frame(b"{}", CONTINUATION, final=random.random() < 0.5)


def _two_messages_in_one(random: Random) -> bytes:
    return frame(b'{"type":', final=False) + frame(b'"ping"}', final=random.random() < 0.5)


def _invalid_utf8(random: Random) -> bytes:
    bad = random.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe5\xad"])
    data = b'{"type":"ping","id":"' + bad + b'"}'
    return _fragments(random, data) if random.random() < 0.5 else frame(data)


def _control_in_pieces(random: Random) -> bytes:
    return frame(b"", random.choice([PING, PONG, CLOSE]), final=False)


def _long_control(random: Random) -> bytes:
    return frame(bytes(random.choice([126, 127, 70_000])), random.choice([PING, PONG, CLOSE]))


def _pings(random: Random) -> bytes:
    return frame(random.randbytes(random.randrange(126)), PING) * random.randrange(1, 50)


def _close(random: Random) -> bytes:
    reason = random.choice([b"", b"bye", b"\xff", "再见".encode(), b"x" * 123])
    whole = random.choice(CODES).to_bytes(2) + reason
    return frame(random.choice([whole, b"", whole[:1]]), CLOSE)


def _wrong_length(random: Random) -> bytes:
    """A length in more bytes than it needs, or one that nothing follows."""
    head = random.choice([TEXT, BINARY, PING]) | 0x80
    lengths = [
        b"\xfe" + (5).to_bytes(2),
        b"\xff" + (5).to_bytes(8),
        b"\xff" + (2**63 + 5).to_bytes(8),
        b"\xff" + (2**62).to_bytes(8),
        b"\xff" + (FRAME_BYTES + 1).to_bytes(8),
        b"\xfe" + (60_000).to_bytes(2),
    ]
    return bytes([head]) + random.choice(lengths) + random.randbytes(4) + b"hello"


def _too_large(random: Random) -> bytes:
    return frame(b" " * (FRAME_BYTES + random.choice([-1, 0, 1, 1000])))


def _many_fragments(random: Random) -> bytes:
    """Much, or nothing, in many pieces."""
    part = bytes(random.choice([0, 1, 1000]))
    return frame(b"{", final=False) + frame(part, CONTINUATION, final=False) * random.randrange(300)


def _noise(random: Random) -> bytes:
    return random.randbytes(random.randrange(1, 200))


def _mutation(random: Random) -> bytes:
    """A right frame with bytes changed, left out or doubled."""
    data = bytearray(frame(b'{"type":"ping","id":"mutated"}'))
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(data))
        data[at : at + random.randrange(3)] = random.randbytes(random.randrange(3))
    return bytes(data)


def _compressed_noise(random: Random) -> bytes:
    return _set_bits(frame(random.randbytes(random.randrange(200))), RSV1)


def _compressed_cut(random: Random) -> bytes:
    data = _deflated(b'{"type":"ping","id":"cut"}' * random.randrange(1, 50))
    return _set_bits(frame(data[: random.randrange(len(data))]), RSV1)


def _compressed_control(random: Random) -> bytes:
    return _set_bits(frame(_deflated(b"ping"), random.choice([PING, PONG, CLOSE])), RSV1)


def _compressed_continuation(random: Random) -> bytes:
    data = _deflated(b'{"type":"ping","id":"later"}')
    return frame(data[:5], final=False) + _set_bits(frame(data[5:], CONTINUATION), RSV1)


def _compressed_invalid_utf8(random: Random) -> bytes:
    return _set_bits(frame(_deflated(b'{"type":"ping","id":"\xff"}')), RSV1)


def _bomb(random: Random) -> list[bytes]:
    """Ten megabytes in ten kilobytes, whole or in pieces."""
    data = _bomb_data()
    if random.random() < 0.5:
        return [_set_bits(frame(data), RSV1)]
    step = random.randrange(100, 3000)
    parts = [data[start : start + step] for start in range(0, len(data), step)]
    first = _set_bits(frame(parts[0], final=False), RSV1)
    return [
        first,
        *(frame(part, CONTINUATION, final=False) for part in parts[1:-1]),
        frame(parts[-1], CONTINUATION),
    ]


@cache
def _bomb_data() -> bytes:
    return _deflated(b'{"type":"ping","id":"' + bytes([0x20]) * BOMB_BYTES + b'"}')


def _deflated(data: bytes) -> bytes:
    """A message's payload by RFC 7692: raw deflate without its last four bytes."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def _set_bits(data: bytes, bits: int) -> bytes:
    return bytes([data[0] | bits]) + data[1:]


Maker = Callable[[Random], bytes]
MAKERS: tuple[Maker, ...] = (
    *(_reserved_bits, _unknown_opcode, _unmasked, _stray_continuation, _two_messages_in_one),
    *(_invalid_utf8, _control_in_pieces, _long_control, _pings, _close, _wrong_length, _too_large),
    *(_many_fragments, _noise, _mutation, _compressed_noise),
)
COMPRESSED: tuple[Maker, ...] = (
    *(_compressed_noise, _compressed_cut, _compressed_control, _compressed_continuation),
    _compressed_invalid_utf8,
)
