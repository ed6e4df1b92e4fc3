"""What can go wrong while setting a paper."""


class TypesetError(Exception):
    """A paper cannot be set in some format; the message says why and the way out, in Chinese."""
