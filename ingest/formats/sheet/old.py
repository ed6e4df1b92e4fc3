"""How the cells of an .xls or .et workbook are shown ([MS-CFB] and [MS-XLS])."""

import struct
from collections.abc import Iterator

from ingest.formats.sheet.formats import BUILT_IN, Formats, check_size

# From offset 30: sector size, sectors of the table, directory, least size of a stream with sectors
# of its own, table of the small sectors.
_LAYOUT = "<H12xII4xII"
_DIRECTORY_ENTRY, _SMALL_SECTOR = 128, 64
_LAST_REGULAR = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5
_BOF, _EOF, _FORMAT, _STYLE, _SHEET = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085
_NUMBER, _RK, _FORMULA, _MANY_RK = 0x0203, 0x027E, 0x0006, 0x00BD
_BIFF8 = 0x0600


def read_old_formats(data: bytes) -> dict[str, Formats]:
    """For each sheet by name, the number formats of its cells by row and column from 0.

    Empty where the file is not laid out as expected: whether it can be read at all is for the
    reader of its values to say.

    Raises:
        RefusedFileError: a sheet so wide and long that it cannot be laid out.
    """
    try:
        stream = _workbook(data)
        styles, sheets = _globals(stream)
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}
    return {name: _cells(stream, start, name, styles) for name, start in sheets.items()}


def _workbook(data: bytes) -> bytes:
    """The stream Workbook of a compound file."""
    shift, fats, directory, cutoff, small_table = struct.unpack_from(_LAYOUT, data, 30)
    size = 1 << shift
    where = struct.unpack_from(f"<{min(fats, 109)}I", data, 76)
    fat = [number for sector in where for number in _numbers(_sector(data, sector, size))]

    def chain(start: int) -> bytes:
        return b"".join(_sector(data, sector, size) for sector in _chain(fat, start))

    entries = chain(directory)
    small = b""
    for at in range(0, len(entries), _DIRECTORY_ENTRY):
        name, kind, start, length = _entry(entries, at)
        if kind == _ROOT:
            small = chain(start)
        elif kind == _STREAM and name == "Workbook":
            if length >= cutoff:
                return chain(start)[:length]
            table = _numbers(chain(small_table))
            parts = (
                small[s * _SMALL_SECTOR : (s + 1) * _SMALL_SECTOR] for s in _chain(table, start)
            )
            return b"".join(parts)[:length]
    return b""


def _sector(data: bytes, number: int, size: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(table: list[int] | tuple[int, ...], start: int) -> Iterator[int]:
    for _ in table:
        if start >= _LAST_REGULAR:
            return
        yield start
        start = table[start]


def _entry(entries: bytes, at: int) -> tuple[str, int, int, int]:
    length, kind = struct.unpack_from("<HB", entries, at + 64)
    start, size = struct.unpack_from("<II", entries, at + 116)
    name = entries[at : at + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace")
    return name, kind, start, size


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from ``at`` to the end of that part of the stream."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> tuple[list[str], dict[str, int]]:
    """The number format of each cell style, and where each sheet begins."""
    codes = dict(BUILT_IN)
    styles: list[int] = []
    sheets: dict[str, int] = {}
    for kind, body in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", body)[0] != _BIFF8:
            break
        if kind == _FORMAT:
            number, length = struct.unpack_from("<HH", body)
            codes[number] = _words(body[4:], length)
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<2xH", body)[0])
        elif kind == _SHEET:
            start, length = struct.unpack_from("<I2xB", body)
            sheets[_words(body[7:], length)] = start
    return [codes.get(style, "") for style in styles], sheets


def _words(body: bytes, length: int) -> str:
    wide = body[0] & 1
    return body[1 : 1 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _cells(stream: bytes, start: int, name: str, styles: list[str]) -> Formats:
    found: dict[tuple[int, int], str] = {}
    rows = columns = 0
    for row, column, style in _styled(stream, start):
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        if style < len(styles) and styles[style]:
            found[row, column] = styles[style]
    check_size(name, rows, columns)
    return found


def _styled(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Row, column and style of every cell with a number."""
    for kind, body in _records(stream, start):
        if kind in (_NUMBER, _RK, _FORMULA) and len(body) >= 6:
            yield struct.unpack_from("<HHH", body)
        elif kind == _MANY_RK and len(body) >= 6:
            row, first = struct.unpack_from("<HH", body)
            for at, place in enumerate(range(4, len(body) - 6, 6)):
                yield row, first + at, struct.unpack_from("<H", body, place)[0]
