"""The merging: what senders put into PostgreSQL's search index goes into its tree beside them, once a second.

GIN writes down what is new in a list. Every look-up reads all of that list, and whoever fills it has to put
it into the tree while their senders wait. Emptied soon, it costs neither; and it is long enough
(migration 0020) that only thousands of messages a second fill it before.

Owner: the hub. Bound: one merge at a time, of all processes on a database. End: the hub's.
"""

import asyncio
import logging

from django.db import connection

from . import database
from .errors import Unavailable
from .search_index import postgres

PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


async def go_on() -> None:
    """For ever. On SQLite whoever writes to the index merges, for there is one who writes at a time."""
    is_well = True
    while connection.vendor == "postgresql":
        await asyncio.sleep(PAUSE_SECONDS)
        try:
            await database.act(postgres.merge_waiting)
            if not is_well:
                log.warning("The search index is merged again.")
            is_well = True
        except Unavailable:
            pass  # `database` says so
        except Exception:  # such as no index for a moment, while a dump is loaded
            if is_well:  # said once, not once a second
                log.exception("The merging of the search index failed.")
            is_well = False
