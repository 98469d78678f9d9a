from pathlib import Path

import pytest

from tests.store import from_store


def test_what_was_half_made_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_STORE", str(tmp_path))

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        from_store("prepared", fail)
    made = from_store("prepared", lambda folder: (folder / "whole").touch())
    assert made
    assert [path.name for path in made.iterdir()] == ["whole"]
