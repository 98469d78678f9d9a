import os
import signal
import subprocess

import pytest

from tests import hand
from tests.hand import Hand


def test_one_that_does_not_end_is_waited_for_with_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand, "END_SECONDS", 0.01)
    stuck = Hand(os.environ)
    stuck._process.send_signal(signal.SIGSTOP)
    with pytest.raises(subprocess.TimeoutExpired):
        stuck.end()
    assert stuck._process.returncode == -signal.SIGKILL
