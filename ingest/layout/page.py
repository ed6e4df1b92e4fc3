"""A printed page as its text and drawn lines, the same for PDF, OFD and scans.

Coordinates are points (1/72 inch) from the page's top left corner, x to the right, y downwards.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of text on one line and its box."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn horizontal or vertical line (or thin filled box), such as those of a table."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page; fragments in any order."""

    width: float
    height: float
    fragments: tuple[Fragment, ...]
    rules: tuple[Rule, ...] = ()
