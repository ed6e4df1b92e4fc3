"""What can go wrong with the model and the stored index."""

from ingest.errors import CewenError


class EncoderError(CewenError):
    """A model cannot be prepared or loaded; the message names the way out."""

    status = 503
    code = "model"


class StoreError(CewenError):
    """The data folder cannot be written, or what stands in it cannot be used."""

    status = 507
    code = "store"


class StoreBusyError(StoreError):
    """Another process is writing; try again when it is done."""

    status = 409
    code = "busy"


class StoreFullError(StoreError):
    """The disk has no room for what is to be written; what was stored has not changed."""


class RebuildNeededError(StoreError):
    """The index was made with another model or format and must be built again."""

    status = 503
    code = "rebuild_needed"


class UnknownDocumentError(StoreError):
    """No paper with this id is stored."""

    status = 404
    code = "document_not_found"


class AmbiguousDocumentError(StoreError):
    """The ids of several papers begin so; the message lists them."""

    # No 409, which clients take for a conflict that passes, and try again.
    status = 422
    code = "document_ambiguous"
