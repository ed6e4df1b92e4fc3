"""What can go wrong with the model and the stored index; messages are for the user, in Chinese."""


class EncoderError(Exception):
    """A model cannot be prepared or loaded; the message names the way out."""


class StoreError(Exception):
    """The data folder cannot be written, or what stands in it cannot be used."""


class StoreBusyError(StoreError):
    """Another process is writing; try again when it is done."""


class RebuildNeededError(StoreError):
    """The index was made with another model or format and must be built again."""


class UnknownDocumentError(StoreError):
    """No paper with this id is stored."""


class AmbiguousDocumentError(StoreError):
    """The ids of several papers begin so; the message lists them."""
