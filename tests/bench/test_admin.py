import pytest

from bench import admin


def test_it_says_how_many_messages_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["admin", "--messages", "300"])
    with pytest.raises(SystemExit) as end:
        admin.main()
    assert end.value.code == 2
    assert "--messages: at least 20000" in capsys.readouterr().err
