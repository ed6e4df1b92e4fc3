"""Shows which words of the lists no case exercises.

    python -m eval.guard.words CASES.jsonl... --claims CLAIMS.jsonl...

A word of a list is exercised by a case that has it in its question or evidence, or a claim; a
group of one meaning by a case whose question and evidence, or claim and evidence, have two of its
words. What a list brings to the answers, ``eval.ablation`` measures.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

import index.retrieval
import ingest.text
import service.guard
import service.question
from eval.answers.cases import CaseError, load_all
from eval.answers.text import pad
from eval.bench.figures import say
from eval.guard.claims import load_claims
from ingest.text.lists import word_groups, word_list
from ingest.text.normalise import normalise

# Two texts of which one is to say what the other says: a question or claim, and its evidence.
Pair = tuple[str, str]
_ROOMS = (ingest.text, index.retrieval, service.question, service.guard)
_GROUPS = ("synonyms.txt", "alike.txt", "measures_alike.txt")
_NAME_WIDTH = 36


def list_files() -> list[Path]:
    """The word lists of all rooms."""
    return sorted(path for room in _ROOMS for path in Path(room.__path__[0]).glob("*.txt"))


def unexercised(path: Path, pairs: Sequence[Pair]) -> tuple[list[str], int]:
    """The entries of a list that no pair exercises, in order, and how many entries it has."""
    if path.name in _GROUPS:
        groups = word_groups(path)
        idle = [" ".join(group) for group in groups if not any(_meets(group, p) for p in pairs)]
        return idle, len(groups)
    words = sorted(word_list(path))
    texts = "\n".join(text for pair in pairs for text in pair)
    return [word for word in words if word not in texts], len(words)


def _meets(group: Sequence[str], pair: Pair) -> bool:
    """Whether the two texts have different words of a group."""
    left, right = ({word for word in group if word in text} for text in pair)
    return bool(left and right and left != right)


def pairs_of(cases: Iterable[Path], claims: Iterable[Path]) -> Iterator[Pair]:
    """What the cases and claims of some files set beside each other.

    Raises:
        CaseError: a file cannot be read, or a case in it is not sound.
    """
    for case in load_all(list(cases)):
        for evidence in case.evidence or ("",):
            yield normalise("\n".join((case.question, *case.history))), normalise(evidence)
    for claim in load_claims(list(claims)):
        yield normalise(claim.text), normalise(claim.evidence)


def words(
    cases: Annotated[list[Path], typer.Argument(help="用例文件。", metavar="用例…")],
    claims: Annotated[list[Path], typer.Option(help="核对用的句子，可写多个。")] = [],  # noqa: B006
) -> None:
    """列出没有用例用到的词。"""
    try:
        pairs = list(pairs_of(cases, claims))
    except CaseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    for path in list_files():
        idle, count = unexercised(path, pairs)
        say(f"{pad('/'.join(path.parts[-3:]), _NAME_WIDTH)} {count:4} 项，没有用到 {len(idle)}")
        for entry in idle:
            say(f"    {entry}")


if __name__ == "__main__":
    typer.run(words)
