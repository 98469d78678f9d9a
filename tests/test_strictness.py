import pytest

pytest_plugins = ["pytester"]

SKIPS = {
    "by a call": "import pytest\ndef test_it(): pytest.skip('no browser')",
    "by a mark": "import pytest\n@pytest.mark.skip('no browser')\ndef test_it(): pass",
    "in a fixture": (
        "import pytest\n@pytest.fixture\ndef page(): pytest.skip('no browser')\ndef test_it(page): pass"
    ),
    "as a module": "import pytest\npytest.skip('no browser', allow_module_level=True)",
}


@pytest.fixture(autouse=True)
def no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture(params=list(SKIPS.values()), ids=list(SKIPS))
def skipping(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(request.param)
    return pytester


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "tests.strictness", "-rs")


def test_a_skip_fails_in_ci(skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = run(skipping)
    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*In CI nothing may be skipped*no browser*"])


def test_a_skip_shows_its_reason_elsewhere(
    skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    result = run(skipping)
    assert result.ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    result.stdout.fnmatch_lines(["*SKIPPED*no browser*"])


def test_an_expected_failure_stays_one_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile("import pytest\n@pytest.mark.xfail\ndef test_it(): assert False")
    run(pytester).assert_outcomes(xfailed=1)
