"""What holds for every text, tried on papers put together at random."""

import random
import re

import pytest

from ingest.formats.text import text_lines
from ingest.reader import read_bytes
from ingest.structure import paragraphs as lines
from ingest.structure.passages import MAX_CHARACTERS
from ingest.structure.responsibility import trailing_responsibility
from ingest.text.sentences import sentence_spans
from ingest.types import Document, PassageKind, Section


def paragraphs(raw: str) -> list[str]:
    return [paragraph.text for paragraph in lines.paragraphs(text_lines(raw))]


FRAGMENTS = (
    "一、总体要求",
    "二、重点任务",
    "十一、附则",
    "（一）工作原则",
    "(二) 目标",
    "1. 新能源。",
    "2．种业",
    "（1）审批时限。",
    "第一章 总则",
    "第三条 ",
    "第二节 职责",
    "附件",
    "附件1",
    "附件：1. 名词解释",
    "【办理条件】",
    "名词解释",
    "关于加强水库安全管理的通知",
    "云政发〔2025〕9号",
    "中共云溪县委文件",
    "（2025年4月30日）",
    "事项一  补贴申领",
    "为贯彻落实上级部署，结合我县实际，制定本方案。",
    "到2026年，产值达到100亿元；",
    "其中，制造业15家。",
    "植物提取。以园区为牵引，延伸链条。",
    "县区\t主导产业\t特色产业",
    "甲县\t新材料\t",
    "\t合计\t36",
    "名称    单位    2024年",
    "民宿    家      386",
    "组  长：周  明  县长",
    "副组长：陈志远  副县长",
    "李  想  主任",
    "责任单位：县发改局、县财政局",
    "（县发改局牵头，县财政局配合）",
    "〔责任单位：县教育局、县财政局，排第一的为牵头单位，下同〕",
    "由县水利局牵头，",
    "（",
    "）",
    "“",
    "”",
    "《",
    "〔",
    "，",
    "。",
    "；",
    "：",
    "、",
    "— 3 —",
    "第2页 共9页",
    "━━━━",
    "2025",
    "3.5%",
    "Open",
    "𠮷野家𡈽",
    "①㎡",
    "　　",
    "  ",
    " ",
    "\t",
    "统筹推进各项工作" * 12,
    "坚持系统观念，强化协同配合，" * 30,
    "问：能否叠加？",
    "答：不能。",
    "第一步  申报：登录平台。",
)
BREAKS = ("\n", "\n", "\n", "\r\n", "\n\n", "\n　　", "\f", "", "")


def random_text(seed: int) -> str:
    rng = random.Random(seed)
    count = rng.randint(1, 60)
    return "".join(rng.choice(FRAGMENTS) + rng.choice(BREAKS) for _ in range(count))


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    texts = (random_text(seed) for seed in range(400))
    return [read_bytes(text.encode(), "a.txt", "") for text in texts if paragraphs(text)]


def test_offsets_are_right(documents: list[Document]) -> None:
    for document in documents:
        for passage in document.passages:
            assert document.text[passage.start : passage.end] == passage.text != ""
        for record in document.responsibilities:
            quote = document.text[record.quote.start : record.quote.end]
            for unit in (*record.leads, *record.supports):
                rest = iter(quote)
                assert all(char in rest for char in unit), (unit, quote)


def test_passages_stand_in_order_and_apart(documents: list[Document]) -> None:
    for document in documents:
        ends = [0, *(passage.end for passage in document.passages)]
        for before, passage in zip(ends, document.passages, strict=False):
            assert before <= passage.start


def test_a_passage_lies_in_its_section_and_crosses_none(documents: list[Document]) -> None:
    for document in documents:
        for passage in document.passages:
            own = [s for s in document.sections if s.path == passage.section]
            inside = [s for s in own if s.start <= passage.start and passage.end <= s.end]
            assert inside or not passage.section, (passage, own)
            assert not [s for s in document.sections if passage.start < s.start < passage.end]


def test_sections_nest(documents: list[Document]) -> None:
    for document in documents:
        for section in document.sections:
            for other in document.sections:
                apart = other.end <= section.start or section.end <= other.start
                inside = section.start <= other.start and other.end <= section.end
                around = other.start <= section.start and section.end <= other.end
                assert apart or inside or around


def test_every_character_is_in_a_passage_or_a_heading_or_a_header(
    documents: list[Document],
) -> None:
    for document in documents:
        headers = {passage.header for passage in document.passages}
        outside = set(range(len(document.text)))
        for start, end in [(p.start, p.end) for p in document.passages] + heading_spans(document):
            outside.difference_update(range(start, end))
        for line in re.finditer("[^\n]+", document.text):
            left = "".join(
                line.group()[at - line.start()] for at in range(*line.span()) if at in outside
            )
            assert line.group() in headers or not left.strip("。：:； 　\t"), (left, line.group())


def test_passages_are_no_longer_than_the_limit_but_for_a_sentence(
    documents: list[Document],
) -> None:
    for document in documents:
        for passage in document.passages:
            whole = passage.kind in (PassageKind.ROWS, PassageKind.RESPONSIBILITY)
            if whole or len(passage.text) <= MAX_CHARACTERS:
                continue
            starts = [
                heading_end(document.text, s) for s in document.sections if s.start == passage.start
            ]
            body = document.text[max(starts, default=passage.start) : passage.end].lstrip(
                "。：:； \n"
            )
            body = body[: trailing_responsibility(body)].strip()
            assert len(body) <= MAX_CHARACTERS or len(list(sentence_spans(body))) == 1, passage


def test_no_character_of_the_lines_is_lost() -> None:
    furniture = re.compile(r"(?m)^\s*(?:— 3 —|第2页 共9页|━+)\s*$")
    for seed in range(400):
        lines = re.split(r"\r\n|[\n\f]", random_text(seed))
        kept = "".join("" if furniture.match(line) else line for line in lines)
        assert squeezed("".join(paragraphs(random_text(seed)))) == squeezed(kept)


def test_reading_again_gives_the_same(documents: list[Document]) -> None:
    for document in documents[:50]:
        again = read_bytes(document.text.encode(), "a.txt", "")
        assert squeezed(again.text) == squeezed(document.text)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def heading_spans(document: Document) -> list[tuple[int, int]]:
    """Where the headings stand; a section's name leaves out their white space."""
    return [(section.start, heading_end(document.text, section)) for section in document.sections]


def heading_end(text: str, section: Section) -> int:
    end, words = section.start, squeezed(section.path[-1])
    while len(squeezed(text[section.start : end])) < len(words):
        end += 1
    assert squeezed(text[section.start : end]) == words
    return end
