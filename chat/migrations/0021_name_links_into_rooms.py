from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0020_search_list_for_thousands"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="invite",
            options={"verbose_name": "link into a room", "verbose_name_plural": "links into rooms"},
        ),
    ]
