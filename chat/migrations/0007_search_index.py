from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE VIRTUAL TABLE chat_searchentry USING fts5 (
    tokens, detail = none, columnsize = 0, tokenize = "ascii tokenchars '.@+'"
)
"""
# What waits to be merged is read by every search and merged by a sender who waits: so it is little (kB).
POSTGRESQL = """
CREATE TABLE chat_searchentry (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL DEFAULT '');
CREATE INDEX searchentry_tokens ON chat_searchentry USING gin (tokens) WITH (gin_pending_list_limit = 256)
"""


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE chat_searchentry")


class Migration(migrations.Migration):
    """The messages that are there already are put into it by `manage.py rebuild_search`."""

    dependencies = [("chat", "0006_bound_the_uses_of_invites")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(create, drop)],
            state_operations=[
                migrations.CreateModel(
                    name="SearchEntry",
                    fields=[
                        (
                            "message",
                            models.OneToOneField(
                                db_column="rowid",
                                db_constraint=False,
                                on_delete=models.CASCADE,
                                primary_key=True,
                                related_name="search_entry",
                                serialize=False,
                                to="chat.message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "search entry",
                        "verbose_name_plural": "search entries",
                    },
                ),
            ],
        )
    ]
