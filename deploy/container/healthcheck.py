"""Whether the process at that port of this machine answers, asked as the proxy asks: exit code 0, else 1."""

import http.client
import os
import sys
from urllib.parse import urlsplit

host = urlsplit(os.environ["SITE_URL"]).netloc
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=4)
connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
sys.exit(connection.getresponse().status != http.client.OK)
