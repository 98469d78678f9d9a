from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_label_for_translation"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                choices=[
                    ("system", "As the system does"),
                    ("light", "Light"),
                    ("dark", "Dark"),
                ],
                default="system",
                max_length=8,
                verbose_name="theme",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="density",
            field=models.CharField(
                choices=[("comfortable", "Comfortable"), ("compact", "Compact")],
                default="comfortable",
                max_length=16,
                verbose_name="density",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, default="", max_length=16, verbose_name="language"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="enter_sends",
            field=models.BooleanField(default=True, verbose_name="Enter sends"),
        ),
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(default=True, verbose_name="shortcuts of one key"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("theme__in", ["system", "light", "dark"])),
                name="user_theme_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("density__in", ["comfortable", "compact"])),
                name="user_density_known",
            ),
        ),
    ]
