"""What a language model words from papers that no longer hold is followed by the warning."""

from pathlib import Path

import pytest

from service.assistant import Assistant
from service.llm.writer import open_writer
from service.schemas import Answer, Sentence
from service.workspace import Workspace
from tests.llm.conftest import heard, settings_for
from tests.llm.lying_server import LyingServer, writes
from tests.service.ended_papers import ENDED, Ended, ended_library


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    return ended_library(tmp_path_factory.mktemp("ended") / "data", models_dir)


@pytest.mark.parametrize("ended", ENDED, ids=lambda ended: ended.number)
@pytest.mark.parametrize("held", [True, False], ids=["held", "struck"])
def test_the_warning_follows_what_a_model_wrote(
    liar: LyingServer, stocked: Workspace, ended: Ended, held: bool
) -> None:
    plain = Assistant(stocked.index).answer(ended.question)
    truth, warning = plain.sentences
    liar.does = writes(f"{truth.text}[1]" if held else "由宏远集团牵头，补贴9999万元。[1]")
    assistant = Assistant(stocked.index, open_writer(settings_for(liar)))
    events = heard(assistant.events(ended.question))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.ai_generated == held
    assert [each for each in events if isinstance(each, Sentence)] == [*answer.sentences]
    last = answer.sentences[-1]
    assert (last.text, last.warns, last.ai_generated) == (warning.text, True, False)
    assert last.citations == tuple(each.index for each in answer.citations)
    assert answer.answer == plain.answer == f"{truth.text}\n{warning.text}"
    assert ended.warning in warning.text
    assert "注意" not in liar.asked[0].prompt.partition("<资料")[2]
