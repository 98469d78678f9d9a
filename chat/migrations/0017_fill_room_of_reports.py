from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    message = apps.get_model("chat", "Message").objects.filter(pk=OuterRef("message"))
    apps.get_model("chat", "Report").objects.update(room=Subquery(message.values("room")))


class Migration(migrations.Migration):
    dependencies = [("chat", "0016_report_has_its_room")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
