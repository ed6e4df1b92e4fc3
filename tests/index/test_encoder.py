"""Any sentence-transformers model by folder: its own prompts, its identity, and clear errors."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embedding.builtin_model import NAME, query_map
from index.embedding.encoder import Encoder, load_encoder
from index.errors import EncoderError

ROOT = Path(__file__).parents[2]
LETTERS = "abcdefghijklmnopqrstuvwxyz:>中文政策氢能"


def make_model(folder: Path, prompts: dict[str, str]) -> Path:
    """A small BertModel with random weights and the given prompts."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {"[PAD]": 0, "[UNK]": 1} | {c: at for at, c in enumerate(LETTERS, start=2)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    ).save_pretrained(folder)
    types = {"Transformer": "", "Pooling": "1_Pooling"}
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{name}"}
        for at, (name, path) in enumerate(types.items())
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder


@pytest.fixture(scope="module")
def plain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("small") / "plain", {})


@pytest.fixture(scope="module")
def builtin(builtin_model_dir: Path) -> Encoder:
    return load_encoder("builtin", builtin_model_dir.parent)


def with_prompts(plain_folder: Path, folder: Path, prompts: dict[str, str]) -> Path:
    shutil.copytree(plain_folder, folder)
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    return folder


def test_shapes_and_lengths(builtin: Encoder) -> None:
    vectors = builtin.encode_passages(["氢能产业由市发展改革委牵头。", "", "短"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, builtin.dimension) == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    question = builtin.encode_query("谁牵头？")
    assert question.dtype == np.float32
    assert question.shape == (384,)
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-5)


def test_no_passages(builtin: Encoder) -> None:
    none = builtin.encode_passages([])
    assert none.shape == (0, 384)
    assert none.dtype == np.float32


def test_builtin_identity_is_its_versioned_name(builtin: Encoder) -> None:
    assert builtin.identity == NAME


def test_order_is_kept(builtin: Encoder) -> None:
    texts = ["养老保险" * 40, "氢", "民宿等级评定" * 9, "专项资金"]
    together = builtin.encode_passages(texts)
    alone = np.concatenate([builtin.encode_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.99


def test_finds_the_passage_that_answers(builtin: Encoder) -> None:
    passages = [
        "氢能产业发展由市发展改革委牵头。",
        "低保对象养老保险费由财政代缴。",
        "民宿等级每年评定一次。",
    ]
    vectors = builtin.encode_passages(passages)
    asked = ["氢能由哪个单位负责？", "谁给低保户交养老保险？", "多久评一次民宿等级？"]
    assert [int((vectors @ builtin.encode_query(q)).argmax()) for q in asked] == [0, 1, 2]


def test_threads_get_what_they_asked_for(builtin: Encoder) -> None:
    asked = [f"第{number}条规定了什么" for number in range(12)]
    alone = [builtin.encode_query(text) for text in asked]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(builtin.encode_query, asked))
    np.testing.assert_allclose(found, alone, atol=1e-6)


def test_the_builtin_model_moves_questions(builtin: Encoder) -> None:
    question = "孩子多大可以自己打酱油？"
    plain, moved = builtin.encode_unmapped_query(question), builtin.encode_query(question)
    expected = plain + plain @ query_map()
    np.testing.assert_allclose(moved, expected / np.linalg.norm(expected), atol=1e-6)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)
    assert 0.9 < float(plain @ moved) < 0.999


def test_a_query_map_leaves_passages(plain_folder: Path, tmp_path: Path) -> None:
    plain = load_encoder(str(plain_folder), tmp_path)
    turn = np.random.default_rng(0).normal(size=(32, 32)).astype(np.float32)
    mapped = Encoder(plain.model, "small", turn)
    np.testing.assert_array_equal(mapped.encode_passages(["氢能"]), plain.encode_passages(["氢能"]))
    question = mapped.encode_query("氢能")
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-5)
    assert float(question @ plain.encode_query("氢能")) < 0.9


def test_other_models_keep_their_vectors(plain_folder: Path, tmp_path: Path) -> None:
    other = load_encoder(str(plain_folder), tmp_path)
    np.testing.assert_array_equal(other.encode_query("中文"), other.encode_unmapped_query("中文"))


@pytest.mark.parametrize("name", ["document", "passage"])
def test_prompts_are_used_once(plain_folder: Path, tmp_path: Path, name: str) -> None:
    prompts = {"query": "ask: ", name: "text: "}
    folder = with_prompts(plain_folder, tmp_path / "prompted", prompts)
    plain = load_encoder(str(plain_folder), tmp_path)
    prompted = load_encoder(str(folder), tmp_path)
    assert prompted.dimension == 32
    np.testing.assert_allclose(
        prompted.encode_query("中文"), plain.encode_query("ask: 中文"), atol=1e-6
    )
    np.testing.assert_allclose(
        prompted.encode_passages(["政策"]), plain.encode_passages(["text: 政策"]), atol=1e-6
    )
    assert not np.allclose(prompted.encode_query("中文"), plain.encode_query("中文"), atol=1e-4)


def test_identity_changes_with_the_model(plain_folder: Path, tmp_path: Path) -> None:
    identity = load_encoder(str(plain_folder), tmp_path).identity
    assert identity.startswith("plain@")
    assert load_encoder(str(plain_folder), tmp_path).identity == identity
    other = with_prompts(plain_folder, tmp_path / "plain", {"query": "ask: "})
    assert load_encoder(str(other), tmp_path).identity != identity


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_what_is_no_model_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    where = tmp_path / "not-a-model"
    if kind == "empty":
        where.mkdir()
    elif kind == "file":
        where.write_text("x")
    with pytest.raises(EncoderError, match="builtin") as caught:
        load_encoder(str(where), tmp_path / "cache")
    assert "not-a-model" not in str(caught.value)
    assert "not-a-model" in caught.value.in_full()


def test_hub_name_offline_is_named(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embedding.encoder import *\n"
        "try: load_encoder('somebody/some-model', Path(sys.argv[1]))\n"
        "except EncoderError as error: print(error, error.detail)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "somebody/some-model" in done.stdout
    assert "下载到本地" in done.stdout


def test_loading_and_encoding_say_nothing(builtin_model_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embedding.encoder import load_encoder;"
        "e = load_encoder('builtin', Path(sys.argv[1]));"
        "e.encode_query('问'); e.encode_passages(['答'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(builtin_model_dir.parent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_importing_the_encoder_is_quick() -> None:
    code = (
        "import sys, index.embedding.encoder; print({'torch', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
