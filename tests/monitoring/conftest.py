from collections.abc import Callable

import pytest

from tests.client import Visitor


@pytest.fixture
def alice(sign_up: Callable[[str], Visitor]) -> Visitor:
    return sign_up("alice")


@pytest.fixture
def bob(sign_up: Callable[[str], Visitor]) -> Visitor:
    return sign_up("bob")
