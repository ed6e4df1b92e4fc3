"""Reports kept in the data folder, for the evaluation page of the service."""

import json
from datetime import UTC, datetime
from pathlib import Path

from eval.answers.results import Report
from eval.report.report import Settings, to_json
from index.store.disk import write_atomically
from index.store.generations import disk_errors
from service.evaluations import FOLDER

# A weekly run stays for a year.
KEPT = 50


def keep(report: Report, settings: Settings, created: datetime, data_dir: Path) -> Path:
    """Write a report to the data folder, and remove all but the last ``KEPT`` there.

    The retrieved passages, nine tenths of a report, are left out: neither the page nor a
    comparison needs them.

    Raises:
        StoreError: The folder cannot be written.
    """
    content = json.loads(to_json(report, settings, created))
    for case in content["cases"]:
        del case["passages"]
    folder = data_dir / FOLDER
    path = folder / f"{created.astimezone(UTC):%Y%m%dT%H%M%S%fZ}.json"
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(content, ensure_ascii=False).encode())
        for old in sorted(folder.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
    return path
