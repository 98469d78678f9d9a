"""Bounds of the wire, told to clients in `welcome`. Lengths count code points."""

MAX_FRAME_BYTES = 128 * 1024
MAX_REPLY_BYTES = 256 * 1024
MAX_BODY = 8_000
MAX_EDITS = 1_000  # of a message: with it all former texts are deleted, while its room waits
MAX_NAME = 80
MAX_TOPIC = 500
MAX_REASON = 1_000
MAX_WAITING_REPORTS = 50  # of one person: the queue is everybody's
MAX_TOLD_REPORTS = 100  # messages of a room, to each who may decide on them
MAX_NAMED_REPORTERS = 5  # of each message
MAX_INVITES = 50  # of a room, that are good
MAX_INVITE_USES = 1_000_000
MAX_SLOW_MODE_SECONDS = 6 * 60 * 60
MAX_EMOJI = 64
MAX_EMOJI_PER_MESSAGE = 20
MAX_REACTIONS_PER_MESSAGE = 500  # each is told with all the others
MAX_NAMED_REACTORS = 20  # of each emoji
MAX_FOUND_USERS = 20
MAX_MENTIONS = 50
MAX_PAGE = 200
DEFAULT_PAGE = 50
MAX_QUERY = 500
SEARCH_PAGE = 20
MAX_ATTACHMENTS = 10
MAX_UPLOAD_BYTES = 25 * 1024 * 1024
# What one user may have uploaded and not sent; it is kept that long.
MAX_UNSENT_UPLOADS = 50
MAX_UNSENT_BYTES = 250 * 1024 * 1024
UNSENT_HOURS = 48
# A page of a room is the dearest thing to ask for, and a few threads make them for everybody.
PAGES_PER_SECOND, PAGE_BURST = 5, 60
UPLOADS_PER_MINUTE, UPLOAD_BURST = 60, 30
# Rooms that one user makes, of any kind. Into a direct one others come without being asked, and stay.
OPENINGS_PER_HOUR, OPENING_BURST = 30, 30
MAX_SYNC_BYTES = 512 * 1024
MAX_SYNC_CHANGES = 1_000
MAX_CONNECTIONS = 20
HEARTBEAT_SECONDS = 20
HELLO_SECONDS = 10
RESTART_SPREAD_MS, OUTAGE_SPREAD_MS = 2_000, 5_000
COMMANDS_PER_SECOND, COMMAND_BURST = 10, 40
# Over all connections of a user to one process. Messages have no other bound, so it is a connection's too.
USER_COMMANDS_PER_SECOND, USER_COMMAND_BURST = 40, 160
MESSAGES_PER_SECOND, MESSAGE_BURST = 5, 20
# A search may take a quarter of a second of one of the few threads that read for everybody. A page asks up to
# twenty times by itself for what is rare.
SEARCHES_PER_SECOND, SEARCH_BURST = 2, 30
BAD_FRAMES_PER_MINUTE = 10
# Commands that are too fast and answered nevertheless; who goes on is flooding.
REFUSALS_PER_SECOND, REFUSAL_BURST = 5, 200
FLOOD_PAUSE_MS = 10_000
