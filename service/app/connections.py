"""HTTP connections as uvicorn keeps them, bounded in number and in how long a request may take."""

import asyncio
import math
import resource
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

# The head of a request must be there so long after the connection, or after the last answer.
HEAD_SECONDS = 10.0
_FILES, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
# Of the files that the process may open (1,024 by default) half are left for everything else.
MAX_CONNECTIONS = 512 if _FILES == resource.RLIM_INFINITY else min(512, _FILES // 2)


class Connection(H11Protocol):
    """One connection; where there are too many, the one that was silent for longest is closed.

    One whose request is there in full is never closed for that. How fast the body of a request must
    come is said in service/app/limits.py.
    """

    _deadline: asyncio.TimerHandle | None = None
    _heard = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request; make room for it."""
        super().connection_made(transport)
        self._expect_head()
        if len(self.connections) > MAX_CONNECTIONS:
            known = (each for each in self.connections if isinstance(each, Connection))
            min(known, key=Connection.silent_since).give_way()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._heard = self.loop.time()
        super().data_received(data)

    def handle_events(self) -> None:
        """Look at what came, and for no head any more where it is there."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._expect_nothing()

    def on_response_complete(self) -> None:
        """Expect the next request; what is still sent of the one answered is thrown away."""
        self._expect_head()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expect_nothing()
        super().connection_lost(exc)

    def silent_since(self) -> float:
        """When something last came; never, for whom it is not the client that is waited for."""
        cycle = self.cycle
        answering = cycle is not None and not cycle.more_body and not cycle.response_complete
        return math.inf if answering else self._heard

    def give_way(self) -> None:
        """Make room for another."""
        self._heard = math.inf
        self.transport.abort()

    def _expect_head(self) -> None:
        self._expect_nothing()
        self._heard = self.loop.time()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


# What ``uvicorn.run`` is given. Connections are taken in such parts, so that room is made between
# them; an address may name all the papers that a request may name.
OPTIONS: dict[str, Any] = {
    "http": Connection,
    "ws": "none",
    "backlog": 128,
    "h11_max_incomplete_event_size": 100_000,
}
