import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import User
from chat.actions import uploads
from chat.models import Attachment, Room
from chat.protocol.limits import UNSENT_HOURS
from tests.chat.operating import interrupting
from tests.chat.sending import say
from tests.chat.uploading import photo, stored_files, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def prune(*arguments: str, hours: float = UNSENT_HOURS + 1) -> str:
    out = StringIO()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        call_command("prune_uploads", *arguments, stdout=out)
    return out.getvalue()


def test_what_was_never_sent_goes(alice: User, room: Room, media: Path) -> None:
    upload(alice, room, photo((1600, 900)))
    assert prune() == "Removed 1 unsent upload and 0 stray files.\n"
    assert stored_files(media) == []
    assert not Attachment.objects.exists()


def test_what_was_sent_stays(alice: User, room: Room, media: Path) -> None:
    row = upload(alice, room, photo((1600, 900)))
    say(alice, room, "", attachments=[row.pk])
    assert prune() == "Removed 0 unsent uploads and 0 stray files.\n"
    assert len(stored_files(media)) == 2


def test_what_may_still_be_sent_stays(alice: User, room: Room) -> None:
    upload(alice, room)
    assert prune(hours=UNSENT_HOURS - 1) == "Removed 0 unsent uploads and 0 stray files.\n"


def test_what_a_crash_left_goes(room: Room, media: Path) -> None:
    for folder in ("attachments", "thumbs"):
        default_storage.save(f"{folder}/2026/01/lost", ContentFile(b"lost"))
    assert prune() == "Removed 0 unsent uploads and 2 stray files.\n"
    assert stored_files(media) == []


def test_what_is_being_stored_stays(room: Room, media: Path) -> None:
    default_storage.save("attachments/2026/01/coming", ContentFile(b"coming"))
    assert prune(hours=0) == "Removed 0 unsent uploads and 0 stray files.\n"
    assert len(stored_files(media)) == 1


def test_it_can_only_tell(alice: User, room: Room, media: Path) -> None:
    upload(alice, room)
    default_storage.save("attachments/2026/01/lost", ContentFile(b"lost"))
    assert prune("--dry-run") == "Would remove 1 unsent upload and 1 stray file.\n"
    assert len(stored_files(media)) == 2


def test_there_is_no_end_before_the_last(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PRUNED_AT_ONCE", 2)
    for _ in range(5):
        upload(alice, room)
    assert prune() == "Removed 5 unsent uploads and 0 stray files.\n"
    assert not Attachment.objects.exists()


def test_json_is_one_object(alice: User, room: Room, media: Path) -> None:
    upload(alice, room)
    counts = {"unsent": 1, "stray": 0}
    assert json.loads(prune("--dry-run", "--json")) == counts | {"removed": False}
    assert json.loads(prune("--json")) == counts | {"removed": True}


def test_what_was_interrupted_is_gone_on_with(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PRUNED_AT_ONCE", 1)
    for _ in range(3):
        upload(alice, room)
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "prune_expired", interrupting(uploads.prune_expired, 1))
        with pytest.raises(CommandError, match="run it again"):
            prune()
    assert prune() == "Removed 2 unsent uploads and 0 stray files.\n"
