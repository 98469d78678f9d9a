"""So many of something, as operators' commands say it: in English, which they all speak."""


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
