"""The request that opens a socket, for clients without a cookie jar."""

import base64
import os


def request_for(site: str, session: str, *, deflate: bool = False) -> bytes:
    """As a browser sends it; with `deflate` it offers RFC 7692 without context takeover."""
    lines = [
        "GET /ws/ HTTP/1.1",
        f"Host: {site.removeprefix('http://')}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: chat.v1",
        f"Origin: {site}",
        f"Cookie: sessionid={session}",
    ]
    if deflate:
        offer = "permessage-deflate; client_no_context_takeover; server_no_context_takeover"
        lines.append(f"Sec-WebSocket-Extensions: {offer}")
    return "\r\n".join([*lines, "", ""]).encode()
