"""HTML built from elements, so that text from a case or a paper is always escaped."""

from collections.abc import Mapping
from html import escape

_VOID = frozenset({"meta", "br"})


class Markup(str):
    """HTML that is already safe; only ``element`` and ``join`` make it."""

    __slots__ = ()


def element(
    name: str, *children: str, cls: str = "", attributes: Mapping[str, str] | None = None
) -> Markup:
    """Build an element; a child that is not ``Markup`` is text and gets escaped.

    Args:
        name: The tag's name, a literal.
        children: Text and elements, in order.
        cls: The class attribute, left out where empty.
        attributes: Further attributes; their values get escaped.
    """
    pairs = {"class": cls, **(attributes or {})}
    opening = "".join(f' {key}="{escape(value)}"' for key, value in pairs.items() if value)
    if name in _VOID:
        return Markup(f"<{name}{opening}>")
    return Markup(f"<{name}{opening}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Put text and elements side by side, escaping the text."""
    return Markup("".join(_safe(child) for child in children))


def style(css: str) -> Markup:
    """Build a style element from a style sheet of ours, which is not escaped."""
    return Markup(f"<style>{css}</style>")


def _safe(child: str) -> str:
    return child if isinstance(child, Markup) else escape(child)
