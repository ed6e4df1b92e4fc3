"""What several tests share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def builtin_model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in model, made once for all tests; its parent is the cache folder."""
    from index.builtin_model import ensure_builtin_model

    return ensure_builtin_model(tmp_path_factory.mktemp("models"))
