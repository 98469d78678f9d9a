"""The search. `asked` understands the question, `places` who and where is meant, `walk` goes through the
index from the newest message back, and `page` makes the answer.

What the index says is a proposal. Each message is read, and is a hit only if its present text holds what was
asked for: so both databases find the same, the marks are right, and no deleted word is ever shown.
"""

from .page import search

__all__ = ["search"]
