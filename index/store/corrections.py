"""What an administrator put right in mastheads: kept in the index, applied at each reading."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from index.errors import StoreError
from ingest.types import Document, Validity

# The fields of a Masthead that can be put right.
CORRECTABLE = (
    "title", "issuer", "number", "date", "printed", "addressee", "region", "effective",
    "valid_until", "validity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """``fields`` of one paper, known again by its bytes or by the place it came from."""

    sha256: str
    source: str
    fields: dict[str, str]

    def __post_init__(self) -> None:
        Validity(self.fields.get("validity", ""))  # a ValueError is a damaged record

    def concerns(self, paper: Document) -> bool:
        """Whether it was made for this paper, or for an earlier state of the same file."""
        return self.sha256 == paper.sha256 or (bool(self.source) and self.source == paper.source)


_RECORD = TypeAdapter(tuple[Correction, ...])


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of one data folder, the latest last."""

    made: tuple[Correction, ...] = ()

    @classmethod
    def read(cls, path: Path, digest: str | None) -> "Corrections":
        """Those in a file with this SHA-256 (None: not known); none where there is no file.

        Raises:
            StoreError: the file is damaged.
        """
        try:
            data = path.read_bytes()
            if digest not in (None, sha256(data).hexdigest()):
                raise ValueError("校验和不符")
            return cls(_RECORD.validate_json(data))
        except FileNotFoundError:
            return cls()
        except ValueError as error:
            raise StoreError(
                "更正记录损坏；请从备份恢复数据目录，或删除这个文件（更正会丢失）。", path
            ) from error

    def to_json(self) -> bytes:
        """The record as it is stored, to be read by people too."""
        return _RECORD.dump_json(self.made, indent=1)

    def applied(self, paper: Document) -> Document:
        """The paper with what was put right; a later correction overrules an earlier one."""
        for correction in self.made:
            if correction.concerns(paper):
                paper = _with(paper, correction.fields)
        return paper

    def adding(self, paper: Document, fields: Mapping[str, str]) -> "Corrections":
        """These and ``fields`` for a paper, beside what was put right in it before."""
        same = [c for c in self.made if (c.sha256, c.source) == (paper.sha256, paper.source)]
        before = {name: value for correction in same for name, value in correction.fields.items()}
        merged = Correction(paper.sha256, paper.source, {**before, **fields})
        return Corrections((*(each for each in self.made if each not in same), merged))


def _with(paper: Document, fields: Mapping[str, str]) -> Document:
    known: dict[str, Any] = {name: fields[name] for name in CORRECTABLE if name in fields}
    if "validity" in known:
        known["validity"] = Validity(known["validity"])
    if "region" in known:  # the places around it were those of the wrong one
        known["regions"] = tuple(filter(None, [known["region"]]))
    derived = paper.masthead.title_derived and "title" not in known
    return replace(paper, masthead=replace(paper.masthead, **known, title_derived=derived))
