"""Who may do what: tables for the socket, for pages and for the admin, and each cell of them tried.

`socket_table`, `page_table` and `admin_table` say what is expected, by rule and exception. `world` has
somebody in every standing and something of theirs in every kind of room; `sockets` gives each a connection to
our server, which `served` starts, and `addresses` each a browser. `document` writes the tables out
as docs/authorisation.md, which `python -m tests.authorisation` does. A verb or an address that no table has
makes a test fail: give it its line.
"""
