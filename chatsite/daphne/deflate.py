"""What is agreed on with a client that can inflate: permessage-deflate (RFC 7692)."""

from typing import Any

from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept

from chat.frames import MIN_WINDOW_BITS
from chat.protocol.limits import MAX_FRAME_BYTES


def accept(offers: list[Any]) -> PerMessageDeflateOfferAccept | None:
    """The first offer of permessage-deflate without a context to be kept, neither here nor there."""
    for offer in offers:
        if not isinstance(offer, PerMessageDeflateOffer):
            continue  # Autobahn knows other ways, whose offers have other fields
        bits = offer.request_max_window_bits
        if not bits or bits >= MIN_WINDOW_BITS:
            offer.request_no_context_takeover = True  # and the answer says so, asked for or not
            return PerMessageDeflateOfferAccept(
                offer,
                request_no_context_takeover=True,
                no_context_takeover=True,
                window_bits=bits or None,
                max_message_size=MAX_FRAME_BYTES,
            )
    return None
