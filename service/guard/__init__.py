"""The citation guard: each sentence held against the passages it cites."""

from service.guard.check import Guard
from service.guard.claims import Evidence, Source, Verdict

__all__ = ["Evidence", "Guard", "Source", "Verdict"]
