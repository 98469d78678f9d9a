"""Between which ids the messages of a time lie."""

from datetime import datetime

from django.db import connection

# Halves what is left until nothing is. In one statement: there and back costs more than to look.
FIRST = """
WITH RECURSIVE part (low, high) AS (
    SELECT CAST(1 AS bigint), CAST(%s AS bigint)
    UNION ALL
    SELECT CASE WHEN {is_late} THEN low ELSE (low + high) / 2 + 1 END,
        CASE WHEN {is_late} THEN (low + high) / 2 ELSE high END
    FROM part WHERE low < high
)
SELECT low FROM part WHERE low >= high
"""
# The first message from the middle on.
IS_LATE = """
coalesce((SELECT at FROM chat_message WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1) >= %s, true)
"""


def first_id_at(moment: datetime, newest: int) -> int:
    """The lowest id from which on all is of that moment or later; one above the newest where nothing is."""
    at = connection.ops.adapt_datetimefield_value(moment)
    with connection.cursor() as cursor:
        cursor.execute(FIRST.format(is_late=IS_LATE), [newest + 1, at, at])
        return int(cursor.fetchone()[0])
