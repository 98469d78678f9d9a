import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0017_fill_room_of_reports")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="room",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="chat.room",
                verbose_name="room",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", True)),
                fields=["room", "id"],
                name="report_in_room",
            ),
        ),
    ]
