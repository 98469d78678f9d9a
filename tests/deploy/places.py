"""Where a machine has the files of deploy/, and where a test has them instead.

All that a test changes in these files is in these tables: paths, ports, the name, and who nginx runs as. Each
entry of nginx's has to be found in its files, so what is tested is what is shipped.
"""

import getpass
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.units import Unit
from tests.server import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "deploy"
NGINX_FILES = ("nginx.conf", "site.conf", "proxy.conf")
SPOOLS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
PROCESSES = 2
HOST = "localhost"


@dataclass
class Places:
    """`folder` stands for the root of the machine, `var_dir` for /var/lib/chatsite."""

    folder: Path
    var_dir: Path
    http_port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(PROCESSES)])

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.https_port}"

    @property
    def nginx_conf(self) -> Path:
        return self.folder / "nginx" / "nginx.conf"

    @property
    def nginx_log(self) -> Path:
        return self.folder / "nginx-error.log"

    @property
    def log(self) -> Path:
        """What the processes say; in production the journal."""
        return self.folder / "chat.log"

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "fullchain.pem"

    @property
    def env_file(self) -> Path:
        return self.folder / "chatsite.env"

    def put_nginx(self) -> None:
        texts = {name: (SHIPPED / "nginx" / name).read_text() for name in NGINX_FILES}
        unused = [old for old in self._nginx_table() if old not in "".join(texts.values())]
        assert unused == []
        self.nginx_conf.parent.mkdir(parents=True)
        for name, text in texts.items():
            (self.nginx_conf.parent / name).write_text(_moved(text, self._nginx_table()))

    def put_settings(self, values: dict[str, str]) -> None:
        """The template, filled in: a line that gives each of these settings takes the place of its own."""
        lines = (SHIPPED / "chatsite.env").read_text().splitlines()
        for name, value in values.items():
            (at,) = (
                n for n, line in enumerate(lines) if line.startswith((f"{name}=", f"#{name}="))
            )
            lines[at] = f"{name}={value}"
        self.env_file.write_text("\n".join([*lines, ""]))

    def put_certificate(self) -> None:
        """One that nobody signed but itself: whoever is to trust it has to be told."""
        self.certificate.parent.mkdir(parents=True)
        subprocess.run(
            [
                *(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                ),
                *("-nodes", "-days", "30", "-subj", f"/CN={HOST}"),
                *("-addext", f"subjectAltName=DNS:{HOST},IP:127.0.0.1"),
                *("-keyout", self.certificate.with_name("privkey.pem"), "-out", self.certificate),
            ],
            check=True,
            capture_output=True,
        )

    def unit(self, name: str, instance: int | None = None) -> Unit:
        """A unit as this machine has it; of a template, that instance."""
        unit = Unit((SHIPPED / "systemd" / name).read_text(), instance)
        return Unit(_moved(unit.text, self._unit_table()), instance)

    def _nginx_table(self) -> dict[str, str]:
        spools = "".join(f"\n{name}_temp_path {self.folder}/spool-{name};" for name in SPOOLS)
        return {
            "user www-data;": f"user {getpass.getuser()};",
            "/run/nginx.pid": f"{self.folder}/nginx.pid",
            "/var/log/nginx/error.log": str(self.nginx_log),
            "http {": f"http {{{spools}",
            "/etc/nginx/chatsite/": f"{self.nginx_conf.parent}/",
            "/etc/letsencrypt/live/chat.example.org/": f"{self.certificate.parent}/",
            "chat.example.org": HOST,
            "/var/lib/chatsite": str(self.var_dir),
            "/var/www/acme": f"{self.folder}/acme",
            "listen 80;": f"listen 127.0.0.1:{self.http_port};",
            "listen [::]:80;": "",
            "listen 443 ": f"listen 127.0.0.1:{self.https_port} ",
            "listen [::]:443 ssl http2;": "",
            **self._ports_table(),
        }

    def _unit_table(self) -> dict[str, str]:
        return {
            "/srv/chatsite/.venv/bin/python": sys.executable,
            "/srv/chatsite": str(ROOT),
            "/etc/chatsite/chatsite.env": str(self.env_file),
            **self._ports_table(),
        }

    def _ports_table(self) -> dict[str, str]:
        return {f"127.0.0.1:800{n}": f"127.0.0.1:{port}" for n, port in enumerate(self.ports, 1)}


def find_nginx() -> str | None:
    """Debian keeps it off the PATH of those who are not root."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _moved(text: str, table: dict[str, str]) -> str:
    for old, new in table.items():
        text = text.replace(old, new)
    return text
