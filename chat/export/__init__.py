"""A room's timeline as files that need no chat to be read: JSON Lines for programs, a page for people.

`timeline` reads it a page at a time, so memory is bounded by the room's people, never by its messages; `run`
hands each page to the forms that were asked for (`json_lines`, `page`), and `files` copies what was attached.
What was deleted is said to have been there, without a word of it. A message is as it is when its page is
read; those that come after the beginning are left out.
"""
