"""The programs that are not Python: compiled, or fetched, into a cache outside the repository."""

import json
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chatsite-bench"
WS = "ws@8"


def compile_c(name: str) -> Path:
    """`name`.c of this folder. Raises where there is no C compiler; zlib is used where it is."""
    program = CACHE / name
    source = HERE / f"{name}.c"
    newest = max(path.stat().st_mtime for path in (source, *HERE.glob("*.h")))
    if not program.exists() or program.stat().st_mtime < newest:
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = CACHE / f"{name}.{os.getpid()}"
        zlib = ["-DWITH_ZLIB", "-lz"] if has_zlib() else []
        subprocess.run(["cc", "-O2", "-o", unfinished, source, *zlib], check=True)
        unfinished.replace(program)
    return program


def has_zlib() -> bool:
    """Whether the C compiler finds it: without it the load does not understand compressed frames."""
    command = ["cc", "-E", "-include", "zlib.h", "-x", "c", os.devnull]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def find_ws() -> Path | None:
    """The folder that has Node's `ws`, fetched once; None without Node or without the registry."""
    if not shutil.which("node"):
        return None
    modules = CACHE / "node" / "node_modules"
    if not (modules / "ws").exists():
        if not shutil.which("npm"):
            return None
        (CACHE / "node").mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix"]
        subprocess.run([*command, CACHE / "node", WS], check=False, timeout=120)
    return modules if (modules / "ws").exists() else None


def versions() -> dict[str, str]:
    """Of what the peers are made of, where it is here."""
    modules = find_ws()
    if modules is None:
        return {}
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True)
    ws = json.loads((modules / "ws" / "package.json").read_text())
    return {"node": node.stdout.strip(), "ws": ws["version"]}
