from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_note_open_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="waits_since",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="waits for approval since"
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("waits_since__isnull", False)),
                fields=["id"],
                name="user_waiting",
            ),
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "permissions": [("approve_user", "Can approve user")],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
    ]
