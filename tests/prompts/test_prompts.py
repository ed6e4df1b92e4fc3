"""Templates are filled strictly."""

import pytest

from prompts import PromptError, render


def test_a_template_is_filled() -> None:
    assert render("person", role="组长：", person="向明", post="县长") == "组长：向明（县长）"


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(PromptError, match=r"person: missing \['post'\], unknown \[\]"):
        render("person", role="", person="向明")


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(PromptError, match=r"unknown \['unit'\]"):
        render("no_evidence", unit="市工信局")


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(PromptError, match="nothing_like_it"):
        render("nothing_like_it")
