"""Files as HTTP answers."""

from urllib.parse import quote

from fastapi import Response

_NOT_IN_NAMES = '\\/:*?"<>|'


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to be saved under ``name``."""
    return _file(data, name, media_type, "attachment")


def opened(data: bytes, name: str, media_type: str) -> Response:
    """A file that the browser itself shows."""
    return _file(data, name, media_type, "inline")


def _file(data: bytes, name: str, media_type: str, disposition: str) -> Response:
    safe = "".join("_" if char in _NOT_IN_NAMES or char < " " else char for char in name)
    headers = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(safe)}"}
    return Response(data, media_type=media_type, headers=headers)
