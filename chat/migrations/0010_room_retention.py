from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0009_label_for_translation"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="retention_days",
            field=models.PositiveIntegerField(
                blank=True,
                help_text=(
                    "Days. Older messages are removed for good by the command prune_messages."
                    " Empty: for ever."
                ),
                null=True,
                validators=[MinValueValidator(2), MaxValueValidator(36500)],
                verbose_name="keeps messages for",
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retention_days__isnull", True),
                    ("retention_days__gte", 2),
                    _connector="OR",
                ),
                name="room_keeps_what_may_be_sent_again",
            ),
        ),
    ]
