"""A stored file as an answer: what becomes of one that goes while it is sent."""

from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from files.serving import StoredFile, serve


async def pieces_of(response: StreamingHttpResponse) -> list[bytes]:
    return [piece async for piece in response]


def test_what_is_removed_before_it_leaves_has_no_pieces(rf: RequestFactory) -> None:
    stored = default_storage.save("going.txt", ContentFile(b"0123456789"))
    file = StoredFile(stored, "going.txt", "text/plain", etag="1", size=10)
    staying, going = serve(rf.get("/"), file), serve(rf.get("/"), file)
    assert isinstance(staying, StreamingHttpResponse)
    assert isinstance(going, StreamingHttpResponse)
    assert async_to_sync(pieces_of)(staying) == [b"0123456789"]
    default_storage.delete(stored)
    assert async_to_sync(pieces_of)(going) == []
