"""An entry of PostgreSQL's search index names four eras of its number instead of one: a search for what is
rare had to name up to 64, and took most of its time for that."""

from collections.abc import Sequence

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ONE = ["'e' || (rowid >> 12)"]
FOUR = [f"'e{bits}.' || (rowid >> {bits})" for bits in (12, 14, 16, 18)]
# Without the index, which would be written row by row, it takes a tenth of the time.
RENAME = """
DROP INDEX searchentry_tokens;
UPDATE chat_searchentry SET tokens = array_to_tsvector(ARRAY[{new}] || ARRAY(
    SELECT token FROM unnest(tsvector_to_array(tokens)) AS token WHERE token <> ALL(ARRAY[{old}])
));
CREATE INDEX searchentry_tokens ON chat_searchentry USING gin (tokens) WITH (gin_pending_list_limit = 256)
"""


def name_four(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rename(schema_editor, ONE, FOUR)


def name_one(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rename(schema_editor, FOUR, ONE)


def _rename(
    schema_editor: BaseDatabaseSchemaEditor, old: Sequence[str], new: Sequence[str]
) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(RENAME.format(old=", ".join(old), new=", ".join(new)))


class Migration(migrations.Migration):
    dependencies = [("chat", "0012_moderators")]

    operations = [migrations.RunPython(name_four, name_one)]
