"""The base of every error that is told, and what can go wrong while reading a file."""


class CewenError(Exception):
    """An error that anybody may read, in Chinese; ``detail`` is for the administrator's eyes.

    The detail is where on this machine it happened, or what a library said of it. ``status`` and
    ``code`` are what it is over HTTP.
    """

    status: int = 500
    code: str = "internal"

    def __init__(self, message: str, detail: object = "") -> None:
        super().__init__(message)
        self.detail = str(detail)

    def in_full(self) -> str:
        """What the administrator is told: the message with its detail, if it has one."""
        return f"{self}（{self.detail}）" if self.detail else str(self)


class RefusedFileError(CewenError):
    """The file cannot be taken in; the message says why and the way out."""

    status = 422
    code = "file_refused"


class NothingToReadError(RefusedFileError):
    """Nothing is wrong with the file, but it holds no paper: an index page, for example."""
