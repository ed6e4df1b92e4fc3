"""Text as the metrics compare it and as a terminal shows it."""

import unicodedata


def squeeze(text: str) -> str:
    """Remove all Unicode white space, the ideographic space U+3000 included."""
    return "".join(text.split())


def display_width(text: str) -> int:
    """Count the terminal columns of a text: wide and full-width characters take two."""
    return sum(_columns(char) for char in text)


def fit(text: str, width: int) -> str:
    """Cut a text to at most ``width`` columns, with “…” where something was cut."""
    if display_width(text) <= width:
        return text
    kept = ""
    for char in text:
        if display_width(kept + char) > width - 1:
            break
        kept += char
    return kept + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text with spaces to ``width`` columns; ``right`` aligns it to the right."""
    gap = " " * max(0, width - display_width(text))
    return gap + text if right else text + gap


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cc", "Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
