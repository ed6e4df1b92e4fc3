"""What a format's reader hands on: the lines of a file, before anything is known of the paper."""

from collections.abc import Callable
from dataclasses import dataclass

# Told how many pages (or sheets) of how many are read, so that a long file shows progress.
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or a whole paragraph where the format knows paragraphs.

    The cells of a table row are divided by tabs; a merged cell stands once, its other places
    are empty. ``page`` counts from 1, 0 where the format has no pages. ``full`` says whether the
    line reaches the right margin, so that its sentence may go on in the next; a paragraph of its
    own is not full; None where the format cannot tell. ``heading`` is the level 1 to 6 that the
    format itself declares (h2, ##, Heading 2), 0 for none.
    """

    text: str
    page: int = 0
    after_blank: bool = False
    indented: bool = False
    full: bool | None = None
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A logical paragraph, without line breaks.

    ``pages`` holds the offsets in it at which another page begins, and that page's number.
    """

    text: str
    heading: int = 0
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A file as lines in reading order.

    ``margins`` holds what stands in page headers and footers: no part of the text, but a mark of
    secrecy counts there too. ``title`` is the one the format declares (h1, #, style Title), if any.
    """

    lines: tuple[Line, ...]
    margins: tuple[str, ...] = ()
    title: str = ""
