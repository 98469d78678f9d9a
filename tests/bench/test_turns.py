"""The arithmetic of the fan-out bench."""

import pytest

from bench.fan_out.bars import Bar
from bench.fan_out.load import Window
from bench.fan_out.report import doubt
from bench.fan_out.turns import OURS, Turn, middle, quantile, ratio, take


def _turn(side: str, number: int, rate: float, void: str = "") -> Turn:
    return Turn("saturated", side, number, void, {"rate": rate})


def _window(**fields: object) -> Window:
    counted = {"seconds": 2.0, "events": 1000, "frames": 100, "bytes": 50_000, "sent": 10}
    whole = {"all_sent": 10, "members": 100, "deflating": 0, "behind": 0, "complete": True}
    load = {"load_cpu": 0.1, "load_core_busy": 0.1, "microseconds": []}
    server = {"server_core_busy": 0.4, "cpu": [0.5, 0.25]}
    return Window(**counted | whole | load | server | fields)  # type: ignore[arg-type]


def test_a_ratio_compares_neighbours_of_the_same_round() -> None:
    turns = [_turn(OURS, 1, 10), _turn("Node", 1, 1), _turn(OURS, 2, 90), _turn("Node", 2, 3)]
    assert ratio(turns, OURS, "Node", "rate") == 20


def test_a_void_turn_has_no_part_in_medians_and_ratios() -> None:
    turns = [_turn(OURS, 1, 10), _turn("Node", 1, 2), _turn(OURS, 2, 99, void="lost one")]
    assert middle(turns, OURS, "rate") == 10
    assert ratio(turns, OURS, "Node", "rate") == 5


def test_without_a_valid_turn_there_is_no_figure() -> None:
    assert middle([_turn(OURS, 1, 10, void="lost one")], OURS, "rate") is None


def test_cpu_of_helpers_is_kept_apart_from_the_servers() -> None:
    figures = take("saturated", OURS, 1, _window(), servers=1).figures
    assert figures["cpu_us"] == 500
    assert figures["helper_cpu_us"] == 250
    assert figures["rate"] == 500


def test_what_others_did_on_the_servers_core_is_seen() -> None:
    shares = _window(cpu=[0.5], server_core_busy=0.75).shares(servers=1)
    assert (shares["server_busy"], shares["others_busy"]) == (0.25, 0.5)


def test_a_turn_on_a_crowded_core_is_doubted() -> None:
    turn = take("saturated", OURS, 1, _window(server_core_busy=0.75), servers=1)
    assert doubt(turn) == "crowded"


def test_a_turn_that_is_not_complete_is_void() -> None:
    turn = take("saturated", OURS, 1, _window(complete=False, behind=3), servers=1)
    assert turn.void == "3 members were not told everything"


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 3.0), (1.0, 5.0)])
def test_quantiles_are_values_that_were_measured(share: float, value: float) -> None:
    assert quantile([5.0, 1.0, 3.0, 2.0, 4.0], share) == value


def test_a_bar_is_passed_on_its_own_side() -> None:
    assert Bar("speed", 12.0, 12.0, at_least=True).is_passed
    assert not Bar("cost", 0.71, 0.7, at_least=False).is_passed
    assert Bar("cost", None, 0.7, at_least=False).is_passed is None
