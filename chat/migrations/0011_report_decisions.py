from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0010_room_retention"),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("dismissed", "dismissed"),
                    ("removed", "message removed"),
                    ("muted", "removed and muted"),
                    ("banned", "removed and banned"),
                ],
                max_length=16,
                verbose_name="decision",
            ),
        ),
    ]
