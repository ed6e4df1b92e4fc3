"""What can go wrong with the model and the stored index; messages are for the user, in Chinese."""


class _ToldError(Exception):
    """An error that anybody may read; ``detail`` is for the administrator's eyes.

    The detail is where on this machine it happened, or what a library said of it.
    """

    def __init__(self, message: str, detail: object = "") -> None:
        super().__init__(message)
        self.detail = str(detail)


def in_full(error: Exception) -> str:
    """What the administrator is told: the message with its detail, if it has one."""
    detail = getattr(error, "detail", "")
    return f"{error}（{detail}）" if detail else str(error)


class EncoderError(_ToldError):
    """A model cannot be prepared or loaded; the message names the way out."""


class StoreError(_ToldError):
    """The data folder cannot be written, or what stands in it cannot be used."""


class StoreBusyError(StoreError):
    """Another process is writing; try again when it is done."""


class StoreFullError(StoreError):
    """The disk has no room for what is to be written; what was stored has not changed."""


class RebuildNeededError(StoreError):
    """The index was made with another model or format and must be built again."""


class UnknownDocumentError(StoreError):
    """No paper with this id is stored."""


class AmbiguousDocumentError(StoreError):
    """The ids of several papers begin so; the message lists them."""
