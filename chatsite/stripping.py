"""Takes out of scripts and style sheets what only people read: comments, indentation, blank lines.

Nothing is renamed and nothing moves: what is served is the text of the repository with less space in it.
A script is cut into the tokens of ECMA-262 (section 12), since what looks like a comment may stand in a
string, a template or a regular expression. What does not fit raises, so that a release fails before it
is served.
"""

import re
from dataclasses import dataclass, field

_SCRIPT_TOKEN = re.compile(
    r"""
    (?P<space> \s+ | //[^\n]* | /\*.*?\*/ )
  | (?P<string> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<word> [\w$\#]+ )
  | (?P<mark> [^"'`\\] )
    """,
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
# After these words a slash begins a regular expression; after every other word it divides.
_BEFORE_REGEX = frozenset(
    [
        *("await", "case", "delete", "do", "else", "in", "instanceof"),
        *("new", "of", "return", "throw", "typeof", "void", "yield"),
    ]
)
# A line that ends or goes on like this is not ended by its line break.
_OPEN_ENDS = frozenset("{([,;:?=&|<>!~^*%")
_OPEN_BEGINNINGS = frozenset(")]},;.?:=&|")

_STYLE_TOKEN = re.compile(
    r"""
    (?P<space> (?: \s | /\*.*?\*/ )+ )
  | (?P<string> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<text> [^\s"'/]+ | / )
    """,
    re.VERBOSE | re.DOTALL,
)
_STYLE_BREAKS = frozenset("{};")


def strip_script(source: str) -> str:
    return _Script(source).strip()


def strip_style(source: str) -> str:
    """Only around braces and semicolons a space means nothing everywhere in CSS."""
    written: list[str] = []
    is_apart, at = False, 0
    while at < len(source):
        match = _STYLE_TOKEN.match(source, at)
        if match is None:
            raise ValueError(f"This is no CSS: {source[at : at + 40]!r}")
        at = match.end()
        if match.lastgroup == "space":
            is_apart = True
            continue
        text = match[0]
        if is_apart and written and _needs_space(written[-1], text):
            written.append(" ")
        written.append(text)
        is_apart = False
    return "".join(written)


def _needs_space(before: str, after: str) -> bool:
    return before[-1] not in _STYLE_BREAKS and after[0] not in _STYLE_BREAKS


@dataclass
class _Script:
    source: str
    written: list[str] = field(default_factory=list)
    last: str = ""  # the token before, spaces apart
    last_kind: str = ""
    gap: str = ""  # what stood between it and this one
    braces: list[int] = field(default_factory=list)  # open in each `${` that is open

    def strip(self) -> str:
        at = 0
        while at < len(self.source):
            kind, text = self._token(at)
            at += len(text)
            if kind == "space":
                self.gap += "\n" if "\n" in text else " "
                continue
            self.written += [self._between(text), text]
            self.last, self.last_kind, self.gap = text, kind, ""
            self._count(text)
        if self.braces:
            raise ValueError("A template does not end.")
        return "".join(self.written) + "\n"

    def _token(self, at: int) -> tuple[str, str]:
        start = self.source[at]
        if start == "`" or (start == "}" and self.braces and self.braces[-1] == 0):
            return "template", self._match(_TEMPLATE, at)[0]
        is_comment = self.source.startswith(("//", "/*"), at)
        if start == "/" and not is_comment and self._may_begin_regex():
            return "regex", self._match(_REGEX, at)[0]
        match = self._match(_SCRIPT_TOKEN, at)
        return str(match.lastgroup), match[0]

    def _match(self, pattern: re.Pattern[str], at: int) -> re.Match[str]:
        match = pattern.match(self.source, at)
        if match is None:
            raise ValueError(f"This is no script: {self.source[at : at + 40]!r}")
        return match

    def _may_begin_regex(self) -> bool:
        if self.last_kind == "word":
            return self.last in _BEFORE_REGEX
        return self.last_kind in {"", "mark"} and self.last not in {")", "]", "}"}

    def _between(self, text: str) -> str:
        """What has to stay between the last token and this one."""
        if not self.gap or not self.last:
            return ""
        if "\n" in self.gap:
            is_open = self.last[-1] in _OPEN_ENDS and self.last_kind != "string"
            return "" if is_open or text[0] in _OPEN_BEGINNINGS else "\n"
        are_words = _is_wordy(self.last[-1]) and _is_wordy(text[0])
        are_signs = self.last[-1] == text[0] and text[0] in "+-/"
        return " " if are_words or are_signs or _is_number_before_point(self.last, text) else ""

    def _count(self, text: str) -> None:
        """Which brace ends what stands in a template."""
        if self.last_kind == "template":
            if text[0] == "}":
                self.braces.pop()
            if text.endswith("${"):
                self.braces.append(0)
        elif self.braces and text in {"{", "}"}:
            self.braces[-1] += 1 if text == "{" else -1


def _is_wordy(character: str) -> bool:
    return character.isalnum() or character in "_$#"


def _is_number_before_point(last: str, text: str) -> bool:
    return last.isdecimal() and text == "."
