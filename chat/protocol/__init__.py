"""The wire, version 1, and nothing else: no Django, no database.

A client's frame is one JSON object, a command (`commands.py`). It is answered exactly once, by `ok` with
the fields of its result (`results.py`) or by `error` (`codes.py`). A server's frame is one object or an
array of them: answers and events (`events.py`), made of the shapes in `shapes.py`. `codec.py` turns bytes
into commands and structs into bytes. `docs/protocol.md` is generated from here.
"""

SUBPROTOCOL = "chat.v1"
