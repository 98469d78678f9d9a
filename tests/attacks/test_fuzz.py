"""The fuzzer's short form, and that it finds what it looks for."""

from tests.attacks import plants
from tests.attacks.conftest import Attacked
from tests.attacks.fuzz import Fuzzer

SEED = 20261123
FRAMES, REQUESTS, SETTLE_SECONDS = 600, 100, 15
LINGER = "0.5"
FOUND_BY = {
    plants.raise_on_nul: "RuntimeError in received",
    plants.raise_on_home: "answered N",
    plants.keep_frames: "more bytes of the heap",
    plants.keep_files: "files grew",
    plants.keep_threads: "threads grew",
}


async def test_a_server_under_attack_keeps_its_temper(attacked: Attacked) -> None:
    fuzzer = Fuzzer(attacked(LINGER_SECONDS=LINGER), SEED)
    report = await fuzzer.run(frames=FRAMES, requests=REQUESTS, settle_seconds=SETTLE_SECONDS)
    assert not report.findings, "\n".join(map(str, report.findings))
    assert report.songs


async def test_planted_defects_are_found(attacked: Attacked) -> None:
    fuzzer = Fuzzer(attacked(PLANTS=" ".join(plant.__name__ for plant in FOUND_BY)), SEED)
    report = await fuzzer.run(frames=FRAMES, requests=REQUESTS, settle_seconds=0)
    found = "\n".join(map(str, report.findings))
    assert [mark for mark in FOUND_BY.values() if mark not in found] == []
