"""The two wordings of a report: for people, and for programs."""

import json
from dataclasses import asdict

from chat.counted import counted

from .finding import Finding
from .report import Totals


class Text:
    def finding(self, finding: Finding) -> str:
        hint = " (--repair mends it)" if finding.repairable else ""
        return _sentence(finding.check, finding) + hint

    def mended(self, finding: Finding) -> str:
        return _sentence(f"mended {finding.check}", finding)

    def more(self, check: str, number: int) -> str:
        return f"{check}: and {number:,} more"

    def closing(self, totals: Totals) -> str:
        looked_at = ", ".join(
            counted(number, noun)
            for number, noun in (
                (totals.rooms, "room"),
                (totals.messages, "message"),
                (totals.attachments, "attachment"),
            )
        )
        result = counted(totals.findings, "finding") if totals.findings else "no trouble found"
        if totals.mended:
            left = " left" if totals.findings else ""
            result = f"{totals.mended:,} mended, {result}{left}"
        return f"Checked {looked_at} in {totals.seconds:.1f} s: {result}.{_left_out(totals)}"


class JsonLines:
    """An object a line: findings, then `more` for those that were too many, then `checked`."""

    def finding(self, finding: Finding) -> str:
        return json.dumps({"type": "finding"} | asdict(finding))

    def mended(self, finding: Finding) -> str:
        return json.dumps({"type": "mended"} | asdict(finding))

    def more(self, check: str, number: int) -> str:
        return json.dumps({"type": "more", "check": check, "number": number})

    def closing(self, totals: Totals) -> str:
        return json.dumps({"type": "checked"} | asdict(totals))


def _left_out(totals: Totals) -> str:
    if totals.words_one_in == 1:
        return ""
    return (
        f"\nThe words of one message in {totals.words_one_in} were compared with the search index. --thorough"
        " compares all, and on SQLite each row with its indexes."
    )


def _sentence(check: str, finding: Finding) -> str:
    place = "" if finding.room_id is None else f"room {finding.room_id}: "
    return f"{check}: {place}{finding.detail}"
