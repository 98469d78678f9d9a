import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0015_audit_log_stays")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="room",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="chat.room",
                verbose_name="room",
            ),
        ),
    ]
