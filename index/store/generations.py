"""Generations of the index on disk: written whole, checked, and swapped in one step."""

import errno
import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from index.errors import RebuildNeededError, StoreBusyError, StoreError, StoreFullError
from index.retrieval.dense import DenseIndex
from index.retrieval.sparse import SparseIndex
from index.store.corrections import Corrections
from index.store.disk import PART, check, digest_of, files_below, sync, write, write_atomically
from index.store.reserve import Reserve
from ingest.types import Document

FORMAT = 1
LOCK = "lock"
# Beyond the size of a generation: what BM25 may grow by when a paper goes, and the conversations'
# log while one is deleted (0.5 MB for 400 long answers).
_RESERVE = 2_000_000
_DOCUMENT = TypeAdapter(Document)
_DOCUMENTS, _CORRECTIONS = "documents.jsonl", "corrections.json"
_DENSE, _SPARSE, _MANIFEST = "dense.faiss", "sparse", "manifest.json"
_Read = TypeVar("_Read")
_SEAL = "seal"
# numpy reports a write that came up short without an error number.
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, None)
_RESTORE = "请从备份恢复数据目录，或清空后重新导入。"
_REBUILD = "请运行 cewen ingest --rebuild 重建，或从备份恢复数据目录。"
_ADD_AGAIN = "请重新导入这份文件（提示要重建索引时，先删除它），或从备份恢复数据目录。"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made with; ``files`` maps relative names to SHA-256 digests."""

    format: int
    reader: int
    encoder: str
    dimension: int
    documents: int
    passages: int
    files: dict[str, str]


_CHECKED_MANIFEST = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """The name, source and digest of a stored paper."""

    name: str
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of the index, complete and unchanging."""

    number: int
    manifest: Manifest
    documents: tuple[Document, ...]
    dense: DenseIndex
    sparse: SparseIndex


class Store:
    """The data folder: generations, originals, and the lock that lets one writer in."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.generations = data_dir / "generations"
        self.originals = data_dir / "originals"
        self._current = data_dir / "CURRENT"
        self._reserve = Reserve(data_dir)

    def current_number(self) -> int:
        """The number of the current generation; 0 when nothing was ingested yet.

        Raises:
            StoreError: the file that names it is damaged or cannot be read.
        """
        try:
            number = int(self._current.read_text(encoding="ascii"))
        except FileNotFoundError:
            # A folder gets its name when it is whole, so without CURRENT the newest one counts.
            numbers = (int(folder.name) for folder in self.generations.glob("[0-9]" * 6))
            return max(numbers, default=0)
        except OSError as error:
            raise StoreError("文件 CURRENT 读不出来；请检查读取权限。", error) from error
        except ValueError:
            number = 0
        if number < 1:
            raise StoreError(
                "文件 CURRENT 损坏；请删除这一个文件（会改用最新一代索引），或从备份恢复。",
                self._current,
            )
        return number

    def manifest(self) -> Manifest | None:
        """The manifest of the current generation; None when there is none.

        Raises:
            StoreError: it is missing or damaged.
            RebuildNeededError: it was written in another format.
        """
        return self._of_current(self._manifest)

    def _of_current(self, read: Callable[[int], _Read]) -> _Read | None:
        """What ``read`` makes of the current generation; None when there is none."""
        number = self.current_number()
        while number:
            try:
                return read(number)
            except (OSError, StoreError):
                # A writer may have swapped and cleaned up in the middle of the reading.
                failed, number = number, self.current_number()
                if number == failed:
                    raise
        return None

    def _manifest(self, number: int) -> Manifest:
        path, fields = self._manifest_fields(number)
        if fields.get("format") != FORMAT:
            raise RebuildNeededError(
                f"索引的格式是第 {fields.get('format')} 版，本程序用第 {FORMAT} 版；"
                "请运行 cewen ingest --rebuild 重建。"
            )
        try:
            return _CHECKED_MANIFEST.validate_python(fields)
        except ValidationError as error:
            raise StoreError(f"索引的清单被改动或损坏；{_RESTORE}", path) from error

    def _manifest_fields(self, number: int) -> tuple[Path, dict[str, Any]]:
        """The manifest's place and fields, of whatever format."""
        path = self.generations / _name(number) / _MANIFEST
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(fields, dict) or not isinstance(fields.get("files"), dict):
                raise ValueError("缺少 files")
            if fields.pop(_SEAL, None) not in (None, _seal(fields)):
                raise ValueError("校验和不符")
            return path, fields
        except (OSError, ValueError) as error:
            raise StoreError(f"索引的清单读不出来；{_RESTORE}", f"{path}：{error}") from error

    def load(self) -> Generation | None:
        """The current generation with every file's digest checked; None when there is none.

        Raises:
            StoreError: a file is missing or was changed since it was written.
        """
        return self._of_current(self._generation)

    def _generation(self, number: int) -> Generation:
        folder = self.generations / _name(number)
        manifest = self._manifest(number)
        # These two are checked by what reads them; questions are answered without corrections.
        for name in manifest.files.keys() - {_DOCUMENTS, _CORRECTIONS}:
            check(folder / name, manifest.files[name], _REBUILD)
        return Generation(
            number=number,
            manifest=manifest,
            documents=self._documents(number),
            dense=DenseIndex.load(folder / _DENSE),
            sparse=SparseIndex.load(folder / _SPARSE),
        )

    def documents(self) -> tuple[Document, ...]:
        """The papers of the current generation, without the indexes.

        Raises:
            StoreError: the list of papers is missing or was changed.
        """
        return self._of_current(self._documents) or ()

    def _documents(self, number: int) -> tuple[Document, ...]:
        path = self.generations / _name(number) / _DOCUMENTS
        check(path, self._manifest(number).files.get(_DOCUMENTS), _RESTORE)
        try:
            with path.open("rb") as lines:
                return tuple(_lifted(_DOCUMENT.validate_json(line)) for line in lines)
        except ValidationError as error:
            raise RebuildNeededError(
                "索引里的文件记录是旧格式；请运行 cewen ingest --rebuild 重建。"
            ) from error

    def sources(self) -> tuple[SourceRecord, ...]:
        """Where the current papers came from; readable in every format, so that a rebuild works.

        Raises:
            StoreError: the list of papers is missing or was changed.
        """
        return self._of_current(self._sources) or ()

    def _sources(self, number: int) -> tuple[SourceRecord, ...]:
        manifest, fields = self._manifest_fields(number)
        path = manifest.with_name(_DOCUMENTS)
        check(path, fields["files"].get(_DOCUMENTS), _RESTORE)
        with path.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        return tuple(SourceRecord(r["name"], r["source"], r["sha256"]) for r in records)

    def corrections(self) -> Corrections:
        """What was put right in the mastheads of the papers.

        Raises:
            StoreError: the record is damaged.
        """
        former = self.data_dir / _CORRECTIONS  # from when they were no part of a generation
        return self._of_current(self._corrections) or Corrections.read(former, None)

    def _corrections(self, number: int) -> Corrections | None:
        manifest, fields = self._manifest_fields(number)
        digest = fields["files"].get(_CORRECTIONS)
        return Corrections.read(manifest.with_name(_CORRECTIONS), digest) if digest else None

    @contextmanager
    def writing(self, at_all_costs: bool = False) -> Iterator[None]:
        """Hold the only right to write; what an interrupted writer left is removed.

        ``at_all_costs`` the reserve makes room, for a change after which less is stored than
        before.

        Raises:
            StoreBusyError: another process holds it.
            StoreFullError: the disk is full.
            StoreError: the folder cannot be written.
        """
        with disk_errors(self.data_dir):
            self.generations.mkdir(parents=True, exist_ok=True)
            self.originals.mkdir(exist_ok=True)
            with (self.data_dir / LOCK).open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise StoreBusyError("另一个导入正在进行，请等它结束后再试。") from None
                with self._reserve.given_up() if at_all_costs else nullcontext():
                    self._clean()
                    try:
                        yield
                    finally:
                        self._clean()
                self.keep_reserve()

    def keep_reserve(self) -> None:
        """Hold room for one more generation, where there is enough; no failure is told."""
        with suppress(OSError, StoreError):
            folder = self.generations / _name(self.current_number())
            size = sum(path.stat().st_size for path in files_below(folder))
            self._reserve.keep(size + size // 20 + _RESERVE)

    def keep_original(self, sha256: str, data: bytes) -> None:
        """Keep a file's bytes under their digest, so that the paper can be read again.

        Bytes that were kept before and have been damaged since are put right.
        """
        path = self.originals / sha256
        try:
            check(path, sha256, "")
        except StoreError:
            write_atomically(path, data)

    def original(self, record: SourceRecord) -> bytes:
        """The kept bytes of a paper.

        Raises:
            StoreError: they are missing or were changed.
        """
        path = self.originals / record.sha256
        check(path, record.sha256, f"它是“{record.name}”的原件，{_ADD_AGAIN}")
        return path.read_bytes()

    def commit(
        self,
        documents: Sequence[Document],
        corrections: Corrections,
        dense: DenseIndex,
        sparse: SparseIndex,
        made_with: Manifest,
    ) -> int:
        """Write a new generation in the place of the current one; return its number."""
        number = self.current_number() + 1
        folder = self.generations / PART
        folder.mkdir()
        with (folder / _DOCUMENTS).open("wb") as lines:
            lines.writelines(_DOCUMENT.dump_json(document) + b"\n" for document in documents)
        (folder / _CORRECTIONS).write_bytes(corrections.to_json())
        dense.save(folder / _DENSE)
        sparse.save(folder / _SPARSE)
        files = {str(path.relative_to(folder)): digest_of(path) for path in files_below(folder)}
        fields = {**asdict(made_with), "files": files}
        fields[_SEAL] = _seal(fields)
        write(folder / _MANIFEST, json.dumps(fields, ensure_ascii=False, indent=1).encode())
        for path in (*folder.rglob("*"), folder, self.originals):
            sync(path)
        folder.replace(self.generations / _name(number))
        sync(self.generations)
        write_atomically(self._current, str(number).encode("ascii"))
        sync(self.data_dir)
        self._remove_former()
        (self.data_dir / _CORRECTIONS).unlink(missing_ok=True)  # in the generation by now
        return number

    def _remove_former(self) -> None:
        """Remove all but the current generation: no word of a deleted paper may stay.

        Whoever is reading the former one reads again (see ``_of_current``).
        """
        current = _name(self.current_number())
        for folder in self.generations.iterdir():
            if folder.name != current and folder.is_dir():
                shutil.rmtree(folder)

    def _clean(self) -> None:
        """Remove half-written files, former generations, and originals of deleted papers."""
        # First, since it fails where the papers are not known for certain.
        used = {record.sha256 for record in self.sources()}
        self._remove_former()
        for path in self.originals.iterdir():
            if path.name not in used and path.is_file():
                path.unlink()
        self._current.with_suffix(PART).unlink(missing_ok=True)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full disk or a folder without permission into a StoreError that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise StoreFullError(
                "磁盘空间不足，写不进数据目录；原有内容没有改动，请腾出空间后重试。", folder
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise StoreError(
                "没有写入数据目录的权限；请检查目录权限，或用 --data-dir 指定别的目录。", folder
            ) from error
        raise


def _lifted(paper: Document) -> Document:
    """A paper as it is now; once its id, and its passages' with it, was the first 12 digits."""
    if all(passage.document_id == paper.id for passage in paper.passages):
        return paper
    passages = (replace(passage, document_id=paper.id) for passage in paper.passages)
    return replace(paper, passages=tuple(passages))


def _seal(fields: Mapping[str, Any]) -> str:
    """The digest of a manifest's other fields."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _name(number: int) -> str:
    return f"{number:06d}"
