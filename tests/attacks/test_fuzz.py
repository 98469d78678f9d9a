"""The fuzzer's short form, and that it finds what it looks for."""

from pathlib import Path

from tests.attacks import plants
from tests.attacks.fuzz import Fuzzer, Report
from tests.attacks.watched import started

SEED = 20261123
FRAMES, REQUESTS = 600, 100
FOUND_BY = {
    plants.raise_on_nul: "RuntimeError in received",
    plants.raise_on_odd_path: "answered N",
    plants.keep_frames: "rss grew",
    plants.keep_files: "files grew",
    plants.keep_threads: "threads grew",
}


async def fuzzed(folder: Path, names: str = "") -> Report:
    server = started(folder, PLANTS=names)
    try:
        return await Fuzzer(server, SEED).run(frames=FRAMES, requests=REQUESTS, settle_seconds=5)
    finally:
        server.kill()


async def test_a_server_under_attack_keeps_its_temper(tmp_path: Path) -> None:
    report = await fuzzed(tmp_path)
    assert not report.findings, "\n".join(map(str, report.findings))
    assert report.songs


async def test_planted_defects_are_found(tmp_path: Path) -> None:
    names = " ".join(plant.__name__ for plant in FOUND_BY)
    report = await fuzzed(tmp_path, names)
    found = "\n".join(map(str, report.findings))
    assert [mark for mark in FOUND_BY.values() if mark not in found] == []
