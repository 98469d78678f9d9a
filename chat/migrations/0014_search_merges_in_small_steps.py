"""On SQLite whoever writes to the search index merges a few pages of it (`chat/search_index/sqlite.py`).

FTS5 by itself merges nothing for a while and then much, within somebody's commit: at 150,000 messages that
took 111 ms, for all of which nobody else could send.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SET = "INSERT INTO chat_searchentry (chat_searchentry, rank) VALUES ('automerge', {})"
OFF, DEFAULT = 0, 4


def switch_off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, OFF)


def switch_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, DEFAULT)


def _set(schema_editor: BaseDatabaseSchemaEditor, segments: int) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SET.format(segments))


class Migration(migrations.Migration):
    dependencies = [("chat", "0013_search_eras")]

    operations = [migrations.RunPython(switch_off, switch_on)]
