"""Proves of a live database that no message was lost, doubled or reordered (`manage.py verify_chat`).

`run` takes some hundred rooms at a time. `room_state` reads what the rooms' rows say and what their other
rows come to; `soundness` finds out which of them are sound, by statements that judge a span of messages each
(`spans`, `plans`). Those that are not known to be are walked row by row: `counters` compares what
`room_state` read; `members` looks at memberships, `timeline` walks the messages by seq, `revs` by rev, and
`search` holds each against its entry in the search index. Then come the checks of the site as a whole:
`client_ids`, `attachments`, `reports`, `orphans`, `sqlite_file`. Each check is a generator of `Finding`s,
`repair` mends what can be mended without guessing, `report` says it all.

**Memory** is constant: statements answer with a row for each room of a span, rows are walked in pages by
keyset (`pages`), and what must be unique is compared with its neighbour in an order that an index has, never
gathered in a set. Only the names of one folder of stored files are held at once.

**There are no false alarms while the chat is in use**, and no transaction is held open to avoid them: one
that lasts for hours would keep PostgreSQL from vacuuming and SQLite from reusing its write-ahead log. Each
statement stands alone, and these are the arguments by which its answer holds for good:

- What one statement compares (a counter and its rows, a reply and its target, a read pointer and
  `last_seq`, the messages of a span and where the room's begin), it sees at one moment: both databases give a
  statement one snapshot. All writers change these in one transaction under the lock of the room's row.
- What is called odd is no finding yet. It has to be found again by a walk.
- A walk begins after its bounds were read. What had been numbered by then is there, in the place of its
  number, since messages are never renumbered; what is newer lies above the bound and is not looked at.
- Only retention takes rows away, from the low end, and moves `first_seq` with them. So before a message is
  called missing, `first_seq` is read again: it never moves down, so a number that it has not passed now
  it had not passed then.
- A number is handed out once. Two rows that were seen with one rev or one client_id, at whatever moments,
  are a double; that one of them has changed since does not excuse it.
- A file is stored before its row and removed after it. A file that is missing is reported if its row is
  still there afterwards, and a file without a row if it is too old to belong to an upload under way.
"""
