"""What no log may hold is cut out of each line as it is written: what opens a door, addresses of mail, what
the database quotes of its rows. Whoever wrote the line need not have thought of it, a library least of all.
"""

import re

_DOOR = r"/(?:accounts/(?:setup|password/reset/key)|invite)/"
SECRET_PART = re.compile(rf"({_DOOR})(?!done/)[^/\s\"'<>?#]+")
# Words that are no address are taken, too: each letter tried, a path of thousands would hold up everybody.
_WORD = re.compile(r"[\w.+%-]+(@[\w-]+(?:\.[\w-]+)+)?")
# PostgreSQL says here which values were in the way: texts, addresses, hashes.
_ROW = re.compile(r"^([ \t]*(?:DETAIL|CONTEXT|LINE \d+):).*$", re.MULTILINE)


def cut(text: str) -> str:
    text = SECRET_PART.sub(r"\1…", text)
    text = _ROW.sub(r"\1 …", text)
    return _WORD.sub(lambda word: "…@…" if word[1] else word[0], text)
