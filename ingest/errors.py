"""What can go wrong while reading a file, named by what the caller does next."""


class RefusedFileError(Exception):
    """The file cannot be taken in; the message says why and the way out, in Chinese."""


class NothingToReadError(RefusedFileError):
    """Nothing is wrong with the file, but it holds no paper: an index page, for example."""
