"""A real CrossEncoder, small and random: its scores order what was found, and errors are clear."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import EncoderError
from index.retrieval.context import indexed_text
from index.search.rerank import RERANK_DEPTH, CrossEncoderReranker, load_reranker, reordered
from index.search.search import Hit, Index
from service.assistant import Assistant
from service.settings import Settings
from service.workspace import Workspace

ROOT = Path(__file__).parents[2]
QUESTION = "泽川市氢能产业由哪个单位牵头？"
TEXTS = ["氢能产业由市发展改革委牵头。", "", "民宿等级评定" * 40, "专项资金", "氢", "技改补助"]
LETTERS = "氢能产业由哪个单位牵头谁市县区政府发展改革委员会民宿等级评定专项资金技补助的目标是多少年"


def make_cross_encoder(folder: Path, outputs: int = 1, headless: bool = False) -> Path:
    """A small BertForSequenceClassification with random weights and telling scores."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertModel,
        PreTrainedTokenizerFast,
    )

    letters = dict.fromkeys(LETTERS)
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[SEP]": 2} | {c: n for n, c in enumerate(letters, 3)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=outputs,
        initializer_range=0.5,
    )
    (BertModel if headless else BertForSequenceClassification)(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        sep_token="[SEP]",
        model_max_length=128,
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("rerank") / "small")


@pytest.fixture(scope="module")
def reranker(folder: Path) -> CrossEncoderReranker:
    return load_reranker(str(folder), folder.parent / "cache")


@pytest.fixture(scope="module")
def plain_index(samples_workspace: Workspace) -> Index:
    found = samples_workspace.index()
    assert found is not None
    assert found.reranker is None
    return found


@pytest.fixture(scope="module")
def workspace(samples_workspace: Workspace, folder: Path) -> Workspace:
    """The sample papers with a reranker set."""
    data = samples_workspace.store.data_dir
    return Workspace(Settings(data_dir=data, rerank_model=str(folder)))


@pytest.fixture(scope="module")
def index(workspace: Workspace) -> Index:
    found = workspace.index()
    assert found is not None
    return found


def told(hits: list[Hit]) -> list[tuple[str, float]]:
    return [(hit.passage.id, hit.score) for hit in hits]


def test_scores_are_the_models_own_between_0_and_1(
    reranker: CrossEncoderReranker, folder: Path
) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    scores = reranker.scores(QUESTION, TEXTS)
    assert scores.dtype == np.float32
    assert scores.shape == (len(TEXTS),)
    assert np.all((scores > 0) & (scores < 1))
    assert np.ptp(scores) > 0.1
    model = CrossEncoder(str(folder), device="cpu")
    pairs = [(QUESTION, text) for text in TEXTS]
    logits = model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
    assert np.ptp(logits) > 1
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-logits)), atol=1e-5)


def test_a_text_scores_the_same_among_others(reranker: CrossEncoderReranker) -> None:
    alone = [float(reranker.scores(QUESTION, [text])[0]) for text in TEXTS]
    np.testing.assert_allclose(reranker.scores(QUESTION, TEXTS), alone, atol=1e-5)


def test_no_texts(reranker: CrossEncoderReranker) -> None:
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_threads_get_what_they_asked_for(reranker: CrossEncoderReranker) -> None:
    asked = [f"民宿{'等级' * number}由谁评定" for number in range(12)]
    alone = [reranker.scores(question, TEXTS) for question in asked]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda question: reranker.scores(question, TEXTS), asked))
    np.testing.assert_allclose(found, alone, atol=1e-6)


@pytest.mark.parametrize(
    ("ranked", "scores", "expected"),
    [
        ([], [], []),
        ([(4, 0.9)], [], [(4, 0.9)]),
        ([(4, 0.9), (2, 0.5)], [0.1, 0.7], [(2, 0.7), (4, 0.1)]),
        ([(4, 0.9), (2, 0.5), (9, 0.5)], [0.3, 0.3, 0.3], [(2, 0.3), (4, 0.3), (9, 0.3)]),
        ([(4, 0.9), (2, 0.8), (9, 0.4)], [0.5, 0.6], [(2, 0.6), (4, 0.5), (9, 0.25)]),
        ([(4, 0.0), (2, 0.0)], [0.5], [(4, 0.5), (2, 0.0)]),
    ],
)
def test_the_first_are_ordered_anew_and_the_rest_stay_below(
    ranked: list[tuple[int, float]], scores: list[float], expected: list[tuple[int, float]]
) -> None:
    found = reordered(ranked, scores)
    assert [position for position, _ in found] == [position for position, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


def test_hits_follow_the_scores(
    index: Index, plain_index: Index, reranker: CrossEncoderReranker
) -> None:
    fused = plain_index.search(QUESTION, 100)
    hits = index.search(QUESTION, 100)
    first, rest = fused[:RERANK_DEPTH], fused[RERANK_DEPTH:]
    assert rest
    texts = [indexed_text(hit.document, hit.passage) for hit in first]
    own = dict(zip((h.passage.id for h in first), reranker.scores(QUESTION, texts), strict=True))
    by_score = sorted(own.values(), reverse=True)
    assert [hit.score for hit in hits[:RERANK_DEPTH]] == pytest.approx(by_score, abs=1e-5)
    for hit in hits[:RERANK_DEPTH]:
        assert hit.score == pytest.approx(own[hit.passage.id], abs=1e-5)
    assert [hit.passage.id for hit in hits[:RERANK_DEPTH]] != [hit.passage.id for hit in first]
    assert [hit.passage.id for hit in hits[RERANK_DEPTH:]] == [hit.passage.id for hit in rest]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    cosines = {hit.passage.id: hit.cosine for hit in fused}
    assert all(hit.cosine == cosines[hit.passage.id] for hit in hits)


def test_fewer_are_the_first_of_many(index: Index) -> None:
    many = told(index.search(QUESTION, 100))
    assert told(index.search(QUESTION, 1)) == many[:1]
    assert told(index.search(QUESTION, 30)) == many[:30]


def test_only_the_papers_named(index: Index) -> None:
    named = sorted(index.documents)[:2]
    assert {hit.document.id for hit in index.search(QUESTION, 50, named)} <= set(named)
    assert index.search(QUESTION, 5, ["no-such-id"]) == []


def test_searches_in_threads(index: Index) -> None:
    asked = [QUESTION, "民宿等级评定", "技改补助", "2030年目标"] * 3
    alone = [told(index.search(question, 10)) for question in asked]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda question: told(index.search(question, 10)), asked))
    assert found == alone


def test_it_is_loaded_once_and_named(workspace: Workspace, index: Index, folder: Path) -> None:
    assert workspace.reranker is workspace.reranker is index.reranker
    assistant = Assistant(workspace.index)
    assert assistant.identity()["rerank_model"] == str(folder)
    assert assistant.answer(QUESTION).status in ("answered", "no_evidence")


def test_without_the_setting_nothing_is_loaded(
    samples_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*arguments: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr("service.workspace.load_reranker", load)
    workspace = Workspace(Settings(data_dir=samples_workspace.store.data_dir))
    found = workspace.index()
    assert found is not None
    assert found.reranker is workspace.reranker is None
    assert Assistant(workspace.index).identity()["rerank_model"] == ""


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "headless", "two outputs"])
def test_what_is_no_cross_encoder_is_named(tmp_path: Path, kind: str) -> None:
    where = tmp_path / "not-a-reranker"
    if kind == "empty":
        where.mkdir()
    elif kind == "file":
        where.write_text("x")
    elif kind == "headless":
        make_cross_encoder(where, headless=True)
    elif kind == "two outputs":
        make_cross_encoder(where, outputs=2)
    with pytest.raises(EncoderError, match=r"rerank_model.*留空") as caught:
        load_reranker(str(where), tmp_path / "cache")
    assert "not-a-reranker" not in str(caught.value)
    assert "not-a-reranker" in caught.value.in_full()


def test_hub_name_offline_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="下载到本地") as caught:
        load_reranker("somebody/some-model", tmp_path)
    assert "somebody/some-model" in caught.value.detail


def test_a_search_says_what_is_wrong_with_the_setting(samples_workspace: Workspace) -> None:
    settings = Settings(data_dir=samples_workspace.store.data_dir, rerank_model="/no/such/folder")
    with pytest.raises(EncoderError, match="rerank_model") as caught:
        Workspace(settings).index()
    assert "/no/such/folder" in caught.value.detail


def test_status_names_it(
    run_cli: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "重排模型" not in run_cli(tmp_path / "data", "status")[1]
    monkeypatch.setenv("CEWEN_RERANK_MODEL", "/srv/models/reranker")
    assert "重排模型：/srv/models/reranker" in run_cli(tmp_path / "data", "status")[1]
    assert '"rerank_model": "/srv/models/reranker"' in run_cli(tmp_path, "status", "--json")[1]


def in_a_new_process(code: str, *arguments: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


def test_importing_it_is_quick() -> None:
    heavy = "{'torch', 'transformers', 'sentence_transformers'}"
    code = f"import sys, index.search.rerank, service.workspace; print({heavy} & set(sys.modules))"
    assert in_a_new_process(code) == ("set()\n", "")


def test_loading_and_scoring_say_nothing(folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.search.rerank import load_reranker;"
        "load_reranker(sys.argv[1], Path(sys.argv[2])).scores('问', ['答', '否'])"
    )
    assert in_a_new_process(code, str(folder), str(tmp_path)) == ("", "")
