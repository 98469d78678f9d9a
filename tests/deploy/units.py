"""A unit file of systemd, as far as a test has to know it (systemd.unit(5))."""

import re


class Unit:
    """`instance` is what comes between @ and the type in the name of a template's unit."""

    def __init__(self, text: str, instance: int | None = None) -> None:
        self.text = text if instance is None else text.replace("%i", str(instance))
        self._lines: list[tuple[str, str, str]] = []
        section = ""
        for line in self.text.splitlines():
            if match := re.fullmatch(r"\[(\w+)\]", line):
                section = match[1]
            elif line and line[0] not in "#;":
                key, _, value = line.partition("=")
                self._lines.append((section, key, value))

    def all(self, section: str, key: str) -> list[str]:
        return [value for where, name, value in self._lines if (where, name) == (section, key)]

    def one(self, section: str, key: str) -> str:
        (value,) = self.all(section, key)
        return value

    def section(self, name: str) -> dict[str, str]:
        """What a section says; of what it says twice, the last."""
        return {key: value for where, key, value in self._lines if where == name}
