"""Sessions that are older than the list of them: unlisted, nobody could end them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations
from django.utils import timezone

PART = 1000


def note_open_sessions(apps, schema_editor):
    SignIn = apps.get_model("accounts", "SignIn")
    User = apps.get_model("accounts", "User")
    sessions = apps.get_model("sessions", "Session").objects.filter(expire_date__gt=timezone.now())
    lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    people = set(User.objects.values_list("pk", flat=True))
    part = []
    for session in sessions.iterator(PART):
        user_id = SessionStore().decode(session.session_data).get(SESSION_KEY, "")
        if user_id.isdecimal() and int(user_id) in people:
            at = session.expire_date - lifetime
            key = session.session_key
            part.append(SignIn(user_id=int(user_id), session_key=key, began_at=at, seen_at=at))
        if len(part) == PART:
            SignIn.objects.bulk_create(part, ignore_conflicts=True)
            part = []
    SignIn.objects.bulk_create(part, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_sign_ins"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(note_open_sessions, migrations.RunPython.noop)]
