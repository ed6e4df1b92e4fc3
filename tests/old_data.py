"""A data folder as it was while a paper's id was the first 12 digits of its digest."""

import hashlib
import json
from pathlib import Path

DIGITS = 12


def make_old(data: Path) -> None:
    """Rewrite what is stored of the papers, with digests that fit."""
    folder = data / "generations" / f"{int((data / 'CURRENT').read_text()):06d}"
    papers = folder / "documents.jsonl"
    lines = papers.read_text(encoding="utf-8").splitlines()
    papers.write_text("".join(map(_old_paper, lines)), encoding="utf-8")
    corrections = folder / "corrections.json"
    if json.loads(corrections.read_bytes()):
        (data / "corrections.json").write_bytes(corrections.read_bytes())
    corrections.unlink()
    manifest = folder / "manifest.json"
    fields = json.loads(manifest.read_bytes())
    del fields["seal"], fields["files"]["corrections.json"]
    fields["files"]["documents.jsonl"] = hashlib.sha256(papers.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(fields, ensure_ascii=False, indent=1), encoding="utf-8")


def _old_paper(line: str) -> str:
    paper = json.loads(line)
    short = paper["sha256"][:DIGITS]
    for passage in paper["passages"]:
        passage |= {"id": f"{short}-{passage['position']}", "document_id": short}
    return json.dumps({"id": short} | paper, ensure_ascii=False) + "\n"
