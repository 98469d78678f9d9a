"""What is not kept of a WebSocket's handshake.

Autobahn and Daphne leave seventy attributes and the whole HTTP request with each connection, for as long as
it lasts: more than all that we need for it ourselves.
"""

from collections import deque
from types import SimpleNamespace
from typing import Any

from autobahn.websocket.protocol import TrafficStats

_MISSING = object()
_nobody_counts = TrafficStats()
_nothing_chopped: deque[Any] = deque()  # only Autobahn's tests send in pieces
_ONLY_FOR_IT = frozenset(
    {
        *("http_request_data", "http_status_line", "http_headers", "http_request_uri"),
        *("http_request_path", "http_request_params", "http_request_host", "http_response_data"),
        *("websocket_protocols", "websocket_origin", "websocket_extensions", "_wskey"),
        *("clean_headers", "server_addr", "application_deferred", "_raw_query_string"),
    }
)
# Nearly always what they begin with: kept once, on the class, until a connection differs.
IN_COMMON: dict[str, Any] = {
    **dict.fromkeys(["trackedTimings", "wasNotCleanReason", "protocol_to_accept"]),
    **dict.fromkeys(["localCloseCode", "localCloseReason", "remoteCloseCode", "remoteCloseReason"]),
    **dict.fromkeys(["openHandshakeTimeoutCall", "closeHandshakeTimeoutCall"]),
    **dict.fromkeys(["autoPingTimeoutCall", "autoPingPendingCall", "_perMessageCompress"]),
    **dict.fromkeys(["autoPingPending", "autoPingPendingSent", "_transport_details"]),
    **dict.fromkeys(["wasMaxFramePayloadSizeExceeded", "wasMaxMessagePayloadSizeExceeded"], False),
    **dict.fromkeys(["closedByMe", "failedByMe", "droppedByMe", "wasClean", "triggered"], False),
    **dict.fromkeys(["wasServerConnectionDropTimeout", "wasServingFlashSocketPolicyFile"], False),
    **dict.fromkeys(["wasOpenHandshakeTimeout", "wasCloseHandshakeTimeout"], False),
    **dict.fromkeys(["autoPingPendingSeq", "send_state"], 0),
    "trafficStats": _nobody_counts,
    "send_queue": _nothing_chopped,
}


def forget(protocol: Any) -> None:
    """Once it is open. Of the request, the path is still asked for."""
    protocol.request = SimpleNamespace(path=protocol.request.path)
    protocol._transport_details = None
    protocol.trafficStats = _nobody_counts
    protocol.send_queue = _nothing_chopped
    protocol.__dict__ = {
        name: value
        for name, value in vars(protocol).items()
        if name not in _ONLY_FOR_IT and value is not getattr(type(protocol), name, _MISSING)
    }
