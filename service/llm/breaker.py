"""A circuit breaker: what has failed several times in a row is left alone for a while."""

import time
from collections.abc import Callable

_FAILURES = 3
_PAUSE = 30.0


class Breaker:
    """Closed while calls succeed, open for ``pause`` seconds after ``failures`` in a row.

    After the pause one call is let through; if it fails, the pause begins again.
    """

    def __init__(
        self,
        failures: int = _FAILURES,
        pause: float = _PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._open_until = 0.0

    def allows(self) -> bool:
        """Whether a call may be made now; the first after a pause holds back the others."""
        if self._failed < self._limit:
            return True
        if self._clock() < self._open_until:
            return False
        self._open_until = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        """A call came back well."""
        self._failed = 0

    def failed(self) -> None:
        """A call failed."""
        self._failed += 1
        self._open_until = self._clock() + self._pause
