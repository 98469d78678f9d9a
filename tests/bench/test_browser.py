"""The arithmetic of the bench of the page."""

from typing import Any

from bench.browser_figures import bars, frame_rate, longest, middle, weights


def found(**parts: Any) -> dict[str, Any]:
    """What a run brings back in which nothing is wrong."""
    first = {"readable": 900, "live": 1900, "weights": {"js": 70.0, "css": 15.0, "page": 20.0}}
    scroll = {"frames": [0, 16, 32, 48], "long": []}
    flood = {"long": [60], "keys": [10, 12, 20], "heap_before": 100, "heap_after": 104}
    return {"first": [first], "open": [80, 90], "scroll": scroll, "flood": flood} | parts


def test_what_is_transferred_is_counted_by_its_kind() -> None:
    entries = [
        {"name": "http://here/rooms/large/", "encodedBodySize": 20_000},
        {"name": "http://here/static/js/app.0a1b.js", "encodedBodySize": 3_000},
        {"name": "http://here/static/js/rows.2c3d.js?x=1", "encodedBodySize": 1_500},
    ]
    assert weights(entries) == {"page": 20, "js": 4.5}


def test_a_frame_rate_counts_what_lies_between_frames() -> None:
    assert frame_rate([1000, 1020, 1040]) == 50


def test_without_two_frames_there_is_no_rate() -> None:
    assert frame_rate([1000]) is None


def test_no_long_task_is_as_good_as_one_of_no_length() -> None:
    assert longest([]) == 0
    assert longest([60, 80]) == 80


def test_the_first_visits_are_judged_by_the_middle_one() -> None:
    assert middle([900, 5000, 1000]) == 1000


def test_a_run_in_which_all_is_well_passes_every_bar() -> None:
    assert all(bar.is_passed for bar in bars(found()))


def test_what_misses_its_bar_fails_and_nothing_else() -> None:
    slow = {"frames": [0, 30, 60], "long": [140]}
    failed = [bar.what for bar in bars(found(scroll=slow)) if not bar.is_passed]
    assert failed == ["scrolling, frames", "scrolling, longest task"]


def test_a_page_that_keeps_what_came_fails() -> None:
    grown = {"long": [], "keys": [10, 12], "heap_before": 100, "heap_after": 150}
    assert [bar.what for bar in bars(found(flood=grown)) if not bar.is_passed] == [
        "heap after against before"
    ]
