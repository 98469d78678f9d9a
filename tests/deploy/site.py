"""The site as deploy/ has it: nginx, and behind it processes of the chat, each with a unit and a socket."""

import os
import signal
from pathlib import Path

from tests.deploy.nginx import Nginx
from tests.deploy.places import PROCESSES, Places
from tests.deploy.process import Process, read_environment
from tests.server import Server

KEY = "tests-only-not-a-secret-0123456789-0123456789-0123456789"


class DeployedServer(Server):
    """All of it, where tests expect a server: they see it from outside, at its https address."""

    def __init__(self, var_dir: Path, **env: str) -> None:
        super().__init__(var_dir, **env)
        self.places = Places(folder=var_dir / "machine", var_dir=var_dir)
        self.url = self.places.url
        self.places.put_certificate()
        self.places.put_nginx()
        self.places.put_settings(
            {
                "SECRET_KEY": KEY,
                "SITE_URL": self.url,
                "VAR_DIR": str(var_dir),
                "EMAIL_URL": "dummymail://",
                "RATE_LIMITS": "false",
                "ACCESS_LOG": "true",
                **env,
            }
        )
        # For commands by hand. They, and whoever tests the site, are told to trust its certificate.
        self.env = {
            **os.environ,
            **read_environment(self.places.env_file),
            "SSL_CERT_FILE": str(self.places.certificate),
        }
        self.log = self.places.log
        self.nginx = Nginx(self.places)
        self.processes = [Process(self.places, number) for number in range(1, PROCESSES + 1)]

    def start(self) -> None:
        for process in self.processes:
            process.start()
        self.nginx.ensure_running()

    @property
    def is_running(self) -> bool:
        return any(process.is_running for process in self.processes)

    def close(self) -> None:
        self.nginx.stop()
        for process in self.processes:
            process.close()
        super().close()

    def _end(self, sign: signal.Signals) -> int:
        """All processes at once; the worst of their exit codes. nginx stays."""
        for process in self.processes:
            process.send_signal(sign)
        return max(process.ended() for process in self.processes)
