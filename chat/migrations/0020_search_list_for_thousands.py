"""What waits in GIN's list is merged once a second, beside those who send (`chat/merging.py`).

So the list may be long. A short one was merged by senders again and again, and was half full, on average,
when somebody searched.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SET = "ALTER INDEX searchentry_tokens SET (gin_pending_list_limit = {})"
SHORT, LONG = 256, 4096  # kB


def lengthen(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, LONG)


def shorten(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, SHORT)


def _set(schema_editor: BaseDatabaseSchemaEditor, kilobytes: int) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SET.format(kilobytes))


class Migration(migrations.Migration):
    dependencies = [("chat", "0019_uploads_of_a_day")]

    operations = [migrations.RunPython(lengthen, shorten)]
