"""Text in pieces to sentences and the passages they cite, whatever the pieces."""

import pytest

from service.llm.sentence_stream import Drafted, SentenceStream


def drafted(text: str, size: int) -> list[Drafted]:
    stream = SentenceStream()
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return [each for piece in pieces for each in stream.feed(piece)] + list(stream.finish())


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲由乙牵头。[1]丙为3.2%。[2][3]", [("甲由乙牵头。", 1), ("丙为3.2%。", 2, 3)]),
        ("甲由乙牵头[1]。丙为5家[2，3]。", [("甲由乙牵头。", 1), ("丙为5家。", 2, 3)]),
        ("甲由乙牵头【1】。\n\n丙。 [12]", [("甲由乙牵头。", 1), ("丙。", 12)]),
        ("甲[资料 4]；乙[1、2]；", [("甲；", 4), ("乙；", 1, 2)]),
        ("“甲由乙牵头。”[1]丙。", [("“甲由乙牵头。”", 1), ("丙。",)]),
        ("- 甲。[1]\n- 乙。[2]\n", [("甲。", 1), ("乙。", 2)]),
        ("1. 甲。[1]\n2、乙。[2]\n3）丙\n", [("甲。", 1), ("乙。", 2), ("丙",)]),
        ("2.5万元为上限。1.2亿元。", [("2.5万元为上限。",), ("1.2亿元。",)]),
        ("### 结论\n**甲**由乙牵头。", [("结论",), ("甲由乙牵头。",)]),
        ("<think>甲。乙。</think>丙。[1]", [("丙。", 1)]),
        ("<think>甲</think><think>乙。</think>丙。", [("丙。",)]),
        ("<think>甲。没有想完", []),
        ("甲。〔2025〕6号。", [("甲。",), ("〔2025〕6号。",)]),
        ("甲[1][1]。", [("甲。", 1)]),
        ("。。。\n---\n[1]", []),
        ("", []),
    ],
)
def test_sentences_and_their_marks(
    text: str, expected: list[tuple[str | int, ...]], size: int
) -> None:
    found = [(each.text, *each.numbers) for each in drafted(text, size)]
    assert found == expected


def test_a_sentence_is_given_when_the_next_begins() -> None:
    stream = SentenceStream()
    assert not list(stream.feed("甲由乙牵头。"))
    assert not list(stream.feed("[1"))
    assert not list(stream.feed("]"))
    assert list(stream.feed("丙")) == [Drafted("甲由乙牵头。", (1,))]
