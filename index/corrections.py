"""What an administrator put right in mastheads: kept beside the index, applied at each reading."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.errors import StoreError
from index.store import write_atomically
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


_CORRECTIONS = TypeAdapter(list[Correction])


class Corrections:
    """The corrections of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "corrections.json"

    def applied(self, paper: Document) -> Document:
        """The paper with what was put right; a later correction overrules an earlier one.

        Raises:
            StoreError: the file of corrections is damaged.
        """
        for correction in self._all():
            if correction.concerns(paper):
                paper = _with(paper, correction.fields)
        return paper

    def save(self, paper: Document, fields: Mapping[str, str]) -> None:
        """Keep ``fields`` for a paper, beside what was put right before."""
        known = self._all()
        same = [c for c in known if (c.sha256, c.source) == (paper.sha256, paper.source)]
        before = {name: value for correction in same for name, value in correction.fields.items()}
        merged = Correction(paper.sha256, paper.source, {**before, **fields})
        kept = [correction for correction in known if correction not in same]
        write_atomically(self._path, _CORRECTIONS.dump_json([*kept, merged], indent=1))

    def _all(self) -> list[Correction]:
        try:
            return _CORRECTIONS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except ValidationError as error:
            raise StoreError(
                "更正记录损坏；请从备份恢复，或删除它（更正会丢失）。", self._path
            ) from error


def _with(paper: Document, fields: Mapping[str, str]) -> Document:
    known: dict[str, Any] = {name: fields[name] for name in CORRECTABLE if name in fields}
    if "validity" in known:
        known["validity"] = Validity(known["validity"])
    if "region" in known:  # the places around it were those of the wrong one
        known["regions"] = tuple(filter(None, [known["region"]]))
    derived = paper.masthead.title_derived and "title" not in known
    return replace(paper, masthead=replace(paper.masthead, **known, title_derived=derived))
