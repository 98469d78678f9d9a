"""The one form in which somebody's address is stored, so that two of them are not one address."""


def normal_address(text: str | None) -> str | None:
    return (text or "").strip().lower() or None
