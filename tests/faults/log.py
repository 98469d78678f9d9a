"""What one client wrote, was told and saw: all that `compare` needs to know of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it was sent."""

    client_id: str
    room: int
    body: str


@dataclass(frozen=True, slots=True)
class Ok:
    """The numbers a message was acknowledged with; `at` as on the wire."""

    room: int
    seq: int
    rev: int
    at: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a client holds it."""

    rev: int
    author: int | None
    client_id: str
    body: str
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one sending of a draft was answered with, `ok` or an error's code; times are monotonic."""

    client_id: str
    sent: float
    answered: float
    outcome: str


@dataclass(slots=True)
class RoomLog:
    """A room as one client knows it, from the message after `base` on."""

    base: int
    rev: int
    messages: dict[int, Seen] = field(default_factory=dict)


@dataclass(slots=True)
class Log:
    user: int
    drafts: dict[str, Draft] = field(default_factory=dict)  # in the order written
    oks: dict[str, Ok] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)  # the codes of errors that are final
    answers: list[Answer] = field(default_factory=list)
    rooms: dict[int, RoomLog] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    losses: list[str] = field(
        default_factory=list
    )  # what ended each connection, or kept it from opening
    connections: int = 0
    repairs: int = 0
    resets: int = 0

    def complain(self, what: str) -> None:
        self.violations.append(what)
