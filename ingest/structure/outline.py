"""The sections of a paper while it is read: which are open, and what was closed."""

from dataclasses import dataclass, field

from ingest.types import Section


@dataclass(slots=True)
class OpenSection:
    """A section that is still being read; ``answered`` once it says who is responsible."""

    name: str
    level: int
    start: int
    children: int = 0
    answered: bool = False


@dataclass(slots=True)
class Outline:
    """Opens and closes sections; ``headings`` counts all that were opened."""

    stack: list[OpenSection] = field(default_factory=list)
    closed: list[Section] = field(default_factory=list)
    headings: int = 0

    def open(self, name: str, level: int, start: int) -> None:
        """Begin a section, which ends those of its level and deeper."""
        self.close(level, start)
        self.headings += 1
        if self.stack:
            self.stack[-1].children += 1
        self.stack.append(OpenSection(name, level, start))

    def close(self, level: int, end: int) -> None:
        """Close the open sections of ``level`` and deeper."""
        while self.stack and self.stack[-1].level >= level:
            path = self.path()
            section = self.stack.pop()
            self.closed.append(Section(path, section.level, section.start, end))

    def path(self) -> tuple[str, ...]:
        """The headings of the open sections, the outermost first."""
        return tuple(section.name for section in self.stack)

    def answer(self) -> None:
        """Mark the open sections as saying who is responsible."""
        for section in self.stack:
            section.answered = True

    def sections(self) -> tuple[Section, ...]:
        """The closed sections in the order of the text, outer ones first."""
        return tuple(sorted(self.closed, key=lambda section: (section.start, section.level)))
