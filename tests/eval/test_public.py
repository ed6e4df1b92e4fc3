"""The measures on public data, over a few passages in the public formats."""

import json
import lzma
from pathlib import Path

import numpy as np
import pytest

from eval.public import __main__ as public
from eval.public.data import PublicSet, make_paper, read_cmrc, read_lecoqa, read_squad
from eval.public.index import kept_vectors, make_index
from eval.public.scores import FOLDS, auc, fold_of, recall_at, refused_at
from index.embedding.encoder import Encoder
from index.retrieval.context import indexed_text

ARTICLES = (
    ("民法典/新.md", "民法典", "第一条", "自然人从出生时起具有民事权利能力。"),
    ("民法典/新.md", "民法典", "第二条", "民宿应当取得消防安全检查合格证。"),
    ("民法典/旧.md", "民法典", "第一条", "自然人从出生时起\n具有民事权利能力。"),
    ("DLC/某市.md", "某市条例", "第一条", "自然人从出生时起具有民事权利能力。"),
)
QUESTIONS = (("什么时候具有民事权利能力？", [[3]]), ("民宿和自然人要什么？", [[1], [0, 2]]))
PARAGRAPHS = [
    {
        "context": "加氢站由市住建局审批。",
        "qas": [
            {"question": "加氢站由谁审批？", "is_impossible": False},
            {"question": "大熊猫一天睡多久？", "is_impossible": True},
        ],
    },
    {
        "context": "民宿每年评定一次等级。",
        "qas": [{"question": "民宿多久评定一次等级？", "is_impossible": False}],
    },
]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(lzma.compress(data) if path.suffix == ".xz" else data)


def lines(records: list[dict[str, object]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a little of everything."""
    place = tmp_path / "public"
    fields = ("file", "law", "article", "text")
    articles = [{"id": n} | dict(zip(fields, a, strict=True)) for n, a in enumerate(ARTICLES)]
    write(place / "laws" / "articles.jsonl.xz", lines(articles))
    asked = [{"question": q, "gold": [{"article_ids": i} for i in ids]} for q, ids in QUESTIONS]
    write(place / "lecoqa" / "train.jsonl", lines(asked))
    data = json.dumps({"data": [{"title": "某市", "paragraphs": PARAGRAPHS}]}, ensure_ascii=False)
    write(place / "squad2_zh" / "dev.json", data)
    write(place / "cmrc2018" / "dev.json", data.replace("true", "false"))
    return place


def test_an_article_in_another_version_is_as_good(folder: Path) -> None:
    data = read_lecoqa(folder)
    assert [paper.masthead.title for paper in data.papers] == ["民法典", "民法典"]
    assert data.passages == 3
    equal = frozenset({"民法典/新.md-0", "民法典/旧.md-0"})
    assert data.questions[0].gold == equal
    assert data.questions[1].gold == equal | {"民法典/新.md-1"}


def test_unanswerable_questions_have_no_gold(folder: Path) -> None:
    data = read_squad(folder)
    assert [bool(each.gold) for each in data.questions] == [True, False, True]
    assert data.papers[0].masthead.title == "某市"
    assert all(each.gold for each in read_cmrc(folder).questions)


def test_passages_stand_where_the_paper_says() -> None:
    paper = make_paper("甲", "标题", [(("第一条",), "一二三"), ((), ""), ((), "四五")])
    assert [paper.text[p.start : p.end] for p in paper.passages] == ["一二三", "", "四五"]
    assert indexed_text(paper, paper.passages[0]) == "标题\n第一条\n一二三"


def test_folds_stay_as_they_are() -> None:
    assert [fold_of(question) for question, _ in QUESTIONS] == [1, 4]
    assert {fold_of(str(number)) for number in range(50)} == set(range(FOLDS))


def test_any_gold_passage_counts() -> None:
    gold = frozenset({"a", "b"})
    assert recall_at(gold, ["x", "b"], 1) == 0.0
    assert recall_at(gold, ["x", "b"], 2) == 1.0
    assert recall_at(gold, ["b", "a"], 2) == 1.0
    assert recall_at(gold, [], 5) == 0.0
    assert recall_at(frozenset(), ["a"], 5) is None


def test_auc_counts_a_tie_half() -> None:
    assert auc([2.0, 3.0], [0.0, 1.0]) == 1.0
    assert auc([1.0], [1.0]) == 0.5
    assert auc([1.0, 3.0], [1.0, 2.0]) == pytest.approx(2.5 / 4)
    assert auc([], [1.0]) is None


def test_refusals_at_the_false_refusals_allowed() -> None:
    answerable = [float(n) for n in range(1, 11)]
    assert refused_at(answerable, [0.0, 1.5, 2.0, 9.0], 0.1) == 0.5
    assert refused_at(answerable, [0.0, 0.5, 1.0, 9.0], 0.0) == 0.5
    assert refused_at([1.0] * 4, [1.0, 1.0], 0.1) == 0.0
    assert refused_at(answerable, [9.0], 1.0) == 1.0
    assert refused_at([], [1.0], 0.1) is None


def test_vectors_are_kept_for_the_same_encoder_and_texts(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.public.index._PORTION", 2)
    texts = ["氢能产业", "民宿评定", "技改补助"]
    made = kept_vectors(texts, encoder, tmp_path)
    np.testing.assert_allclose(made, encoder.encode_passages(texts), atol=1e-6)
    monkeypatch.setattr(encoder, "encode_passages", None)
    np.testing.assert_array_equal(kept_vectors(texts, encoder, tmp_path), made)
    with pytest.raises(TypeError):
        kept_vectors(texts[::-1], encoder, tmp_path)
    monkeypatch.setattr(encoder, "identity", "another")
    with pytest.raises(TypeError):
        kept_vectors(texts, encoder, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_confidence_falls_for_what_the_passages_do_not_say(
    folder: Path, encoder: Encoder, tmp_path: Path
) -> None:
    index = make_index(read_squad(folder).papers, encoder, tmp_path)
    for confidence in public.CONFIDENCES.values():
        assert confidence(index, "加氢站由谁审批？") > confidence(index, "大熊猫一天睡多久？")


def test_all_figures(
    folder: Path,
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(public, "load_encoder", lambda *arguments: encoder)
    monkeypatch.setattr(public, "HELD_OUT", fold_of(QUESTIONS[0][0]))
    public.public(folder, data_dir=tmp_path / "data")
    said = capsys.readouterr().out
    assert "LeCoQA 留出的 1 问 R@100" in said
    assert "CMRC R@5" in said
    assert "检索 3 段，中位数" in said
    assert "按最高余弦：AUC" in said
    assert "误拒  " in said


def test_what_is_missing_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "lecoqa" / "train.jsonl").unlink()
    public.public(folder, [PublicSet.LECOQA], tmp_path / "data")
    said = capsys.readouterr().out
    assert said.startswith("跳过 lecoqa：缺少")
    assert "train.jsonl" in said
    assert "articles" not in said
    public.public(tmp_path / "none", data_dir=tmp_path / "data")
    assert capsys.readouterr().out.count("跳过") == len(PublicSet)
    assert not (tmp_path / "data").exists()
