"""Secrets come from the environment, and the repository holds none."""

import ast
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".js",
    ".json",
    ".html",
    ".css",
    ".sh",
    ".yml",
    ".yaml",
}
TEXT |= {".conf", ".service", ".socket", ".example", ".po", ".env", ".cfg", ""}
LOOKS_SECRET = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "a key of a cloud": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
    "a token of a forge": r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{20,}|glpat-[\w-]{20})",
    "a token of a chat": r"\bxox[abprs]-[\w-]{10,}",
    "a token of a registry": r"\bpypi-[A-Za-z0-9_-]{50,}",
    "a signed token": r"\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.",
    "a key of Django's": r"django-insecure-\S{20,}",
}
SECRET_NAME = re.compile(r"(secret|passw(or)?d|token|_key)$", re.IGNORECASE)
# What allauth calls its forms: a class stands there.
NO_SECRETS = {"change_password", "set_password", "reset_password", "reset_password_from_key"}


@cache
def texts() -> list[tuple[Path, str]]:
    """What is in the folder of the project, but for what git ignores."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and name[-6:] != "_cache"]
        paths = [Path(folder, name) for name in names if name != ".env"]
        found += [
            (path.relative_to(ROOT), path.read_text(encoding="utf-8", errors="replace"))
            for path in paths
            if path.suffix in TEXT and path.is_file()
        ]
    return found


def test_no_file_holds_what_looks_like_a_secret() -> None:
    found = [
        f"{path}: {kind}"
        for path, text in texts()
        for kind, pattern in LOOKS_SECRET.items()
        if re.search(pattern, text)
    ]
    assert found == []


def test_no_secret_of_the_settings_is_written_there() -> None:
    """What is named like one is read by a function of `chatsite/environment.py`."""
    tree = ast.parse((ROOT / "chatsite/settings.py").read_text())
    named: list[tuple[ast.AST | None, ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            named += [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.Dict):
            named += zip(node.keys, node.values, strict=True)
    written = {
        str(name)
        for key, value in named
        if (name := getattr(key, "id", getattr(key, "value", "")))
        and SECRET_NAME.search(str(name))
        and isinstance(value, ast.Constant)
        and value.value
    }
    assert written - NO_SECRETS == set()


def test_no_other_module_of_the_product_reads_the_environment() -> None:
    """One place says what there is to set, and refuses nonsense."""
    may = {
        Path("chatsite/environment.py"),
        Path("chatsite/settings.py"),
        Path("chatsite/asgi.py"),
    }
    product = ("accounts", "chat", "chatsite", "files")
    readers = {
        path
        for path, text in texts()
        if path.parts[0] in product
        and path.suffix == ".py"
        and re.search(r"\bos\.(environ\.get|getenv)\(", text)
    }
    assert readers - may - TOOLS == set()


# They run beside the product, not in it.
TOOLS = {Path("chatsite/audit.py")}


def test_the_file_with_the_key_is_kept_out_of_the_repository() -> None:
    assert {".env", "var/"} <= set((ROOT / ".gitignore").read_text().split())
    makes = re.search(
        r"umask 077 && \$\(BIN\)/python -c 'import secrets", (ROOT / "Makefile").read_text()
    )
    assert makes


def test_git_has_no_file_of_that_name() -> None:
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=20
        ).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a clone of git")
    bad = [
        name
        for name in listed
        if re.search(r"(^|/)(\.env|id_\w+|.+\.(pem|key|p12|sqlite3))$", name)
    ]
    assert bad == []
