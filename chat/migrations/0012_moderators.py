"""The group of those who keep order on the whole site. What an owner changes of it later, stays changed."""

from django.db import migrations

NAME = "Moderators"
MAY = {
    "chat": [
        "view_room",
        "change_room",
        "view_membership",
        "change_membership",
        "view_message",
        "delete_message",
        "view_attachment",
        "view_report",
        "change_report",
        "view_sanction",
        "add_sanction",
        "change_sanction",
        "view_auditentry",
    ],
    "accounts": [
        "view_user",
        "approve_user",
        "view_signin",
    ],
}


def make_group(apps, schema_editor):
    """Django makes permissions after the last migration only, so those that are missing are made here."""
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    group, _ = Group.objects.get_or_create(name=NAME)
    for app, codenames in MAY.items():
        for codename in codenames:
            verb, model = codename.split("_")
            kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
            name = apps.get_model(app, model)._meta.verbose_name_raw
            permission, _ = Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": f"Can {verb} {name}"}
            )
            group.permissions.add(permission)


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0011_report_decisions"),
        ("accounts", "0006_sign_up_approval"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
