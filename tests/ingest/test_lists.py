"""Word lists as files: one format, strictly read."""

from pathlib import Path

import pytest

from ingest.text.lists import any_of, others_of, word_groups, word_list


def listed(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_are_parted_by_white_space_and_lines(tmp_path: Path) -> None:
    path = listed(tmp_path, "# what they are\n牵头 负责\n\n主抓\n")
    assert word_list(path) == {"牵头", "负责", "主抓"}


def test_groups_keep_their_order(tmp_path: Path) -> None:
    path = listed(tmp_path, "人 位 名\n天 日\n")
    assert word_groups(path) == (("人", "位", "名"), ("天", "日"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("牵头 负责\n主抓 牵头\n", "list.txt:2: “牵头” stands in line 1 too"),
        ("ＧＤＰ\n", "list.txt:1: “ＧＤＰ” is to be “gdp”"),
        ("# nothing\n", "list.txt: no words"),
    ],
)
def test_a_list_that_is_not_sound_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        word_list(listed(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("人 位\n天\n", "list.txt:2: a group is of two words or more"),
        ("人 位 人\n", "list.txt:1: a group is of two words or more, each once"),
        ("人 位\n天 日\n位 人\n", "list.txt:3: the group of line 1"),
    ],
)
def test_groups_that_are_not_sound_are_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        word_groups(listed(tmp_path, text))


def test_a_word_of_two_groups_has_the_others_of_both() -> None:
    others = others_of(("投产", "投用"), ("投用", "启用"))
    assert others == {"投产": {"投用"}, "投用": {"投产", "启用"}, "启用": {"投用"}}


def test_of_words_in_one_another_the_longer_is_read() -> None:
    import re

    assert re.findall(any_of({"里", "公里", "台(套)"}), "3公里，2台(套)") == ["公里", "台(套)"]
