"""Every link of the documents leads somewhere: a file, a picture, a heading."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import ROOT
from tests.docs.markdown import DOCUMENTS, anchors, links


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert [link for link in links(path) if not _leads_somewhere(path, link)] == []


def _leads_somewhere(path: Path, link: str) -> bool:
    """Whether it is an address of the network, or names a file and a heading that are there."""
    address = urlsplit(link)
    if address.scheme in ("http", "https"):
        return True
    target = path.parent / unquote(address.path) if address.path else path
    return target.exists() and (
        not address.fragment or unquote(address.fragment) in anchors(target)
    )


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(path.parent / unquote(link)).resolve() for path in DOCUMENTS for link in links(path)}
    assert [path for path in (ROOT / "docs" / "images").iterdir() if path not in shown] == []
