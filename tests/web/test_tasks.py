"""Three people's tasks (docs/试用.md), done as described there, in no more steps than written there."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Locator, Page, expect

from tests.conftest import ROOT

TASKS = ROOT / "docs" / "试用.md"
# The keystroke-level model (Card, Moran, Newell 1980), seconds.
KEY, POINT, HAND, MIND, BUTTON = 0.28, 1.1, 0.4, 1.35, 0.1
KEYS_PER_CHARACTER = 1.5  # of Chinese, with an input method
PLAN = """安澜县农村寄递物流体系建设工作方案（征求意见稿）
为打通农村寄递物流“最后一公里”，结合我县实际，制定本方案。
一、工作目标
到2026年底，全县建成村级寄递物流综合服务站186个，行政村覆盖率达到95%；\
到2027年底，农村快件日均处理量达到4.2万件。
二、重点任务
（一）建设县级共配中心。依托安澜港物流园建设县级寄递物流共同配送中心，建筑面积8600平方米，\
2026年6月底前投入使用。（县交通运输局牵头，县邮政管理局、县商务局配合）
（二）完善乡镇网点。在14个乡镇各改造1处寄递物流服务中心，每处给予一次性补助8万元。\
（县邮政管理局牵头，各乡镇人民政府配合）
（三）发展农产品上行。开通城乡客货邮融合线路11条，生鲜农产品寄递费用按每单0.6元给予补助，\
每年补助总额不超过300万元。（县商务局牵头，县农业农村局、县财政局配合）
三、保障措施
县政府建立联席会议制度，由分管副县长召集，每季度调度一次。
安澜县人民政府办公室
2025年11月6日"""

_log = logging.getLogger(__name__)


@dataclass
class Person:
    """Somebody at the page: counts what they do and how long the page lets them wait."""

    page: Page
    clicks: int = 0
    keys: int = 0
    pause: float = 0.0  # of the service, seconds
    work: float = 0.0  # of the person, seconds by the model
    on_mouse: bool = field(default=True)

    def click(self, target: Locator, shown: Locator) -> None:
        """Click and wait for what it brings."""
        self.clicks += 1
        self.work += MIND + self._hand(mouse=True) + POINT + 2 * BUTTON
        self._wait(target.click, shown)

    def type(self, text: str, shown: Locator) -> None:
        """Type a question into the box that has the focus, press Enter, wait for what comes."""
        count = ceil(len(text) * KEYS_PER_CHARACTER) + 1
        self.keys += count
        self.work += MIND + self._hand(mouse=False) + count * KEY
        self.page.keyboard.insert_text(text)
        self._wait(lambda: self.page.keyboard.press("Enter"), shown)

    def choose(self, path: Path, button: Locator, shown: Locator) -> None:
        """Click a file button; choosing in the system's own dialog is a double click more."""
        with self.page.expect_file_chooser() as chooser:
            self.click(button, button)
        self.clicks += 2
        self.work += MIND + POINT + 4 * BUTTON
        self._wait(lambda: chooser.value.set_files(path), shown)

    def paste(self) -> str:
        """What a paste elsewhere brings."""
        self.keys += 1
        self.work += MIND + self._hand(mouse=False) + KEY
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def _hand(self, *, mouse: bool) -> float:
        moved, self.on_mouse = self.on_mouse != mouse, mouse
        return HAND if moved else 0.0

    def _wait(self, act: Callable[[], object], shown: Locator) -> None:
        began = time.monotonic()
        act()
        shown.wait_for()
        self.pause += time.monotonic() - began

    def keeps_to(self, task: str) -> None:
        """No more clicks and keys than the document says; ``pytest -rP`` shows the figures."""
        _log.info(
            "%s：点击 %d，按键 %d，人约 %.0f 秒，等待 %.1f 秒",
            *(task, self.clicks, self.keys, self.work, self.pause),
        )
        row = re.search(rf"^\| {task} \| (\d+) \| (\d+) \|", TASKS.read_text("utf-8"), re.MULTILINE)
        assert row, f"{TASKS.name} 没有写任务{task}的步数"
        assert self.clicks <= int(row[1])
        assert self.keys <= int(row[2])


@pytest.fixture
def person(page: Page) -> Person:
    return Person(page)


def test_a_clerk_takes_a_clause_into_a_report(person: Person) -> None:
    page = person.page
    person.type("泽川市氢能产业由谁牵头？", page.get_by_test_id("answer"))
    expect(page.get_by_test_id("conclusion")).to_contain_text("由市发展改革委牵头")
    person.click(page.get_by_test_id("citation").first, page.get_by_test_id("mark").first)
    expect(page.get_by_test_id("mark").first).to_contain_text("责任单位：市发展改革委")
    copy = page.get_by_role("button", name="复制引文").first
    person.click(copy, page.get_by_role("button", name="已复制"))
    assert person.paste() == (
        "“〔责任单位：市发展改革委、市工业和信息化局、市交通运输局、市住房城乡建设局、市应急管理局，"
        "临溪县、禾丰县人民政府，泽川经开区管委会〕”（《中共泽川市委泽川市人民政府关于加快建设现代化"
        "产业体系的实施意见》，泽发〔2025〕6号，四、前瞻布局未来产业 › （九）氢能产业）"
    )
    person.keeps_to("甲")


def test_a_researcher_compares_a_target_in_two_papers(person: Person) -> None:
    page = person.page
    person.type("临溪县和禾丰县2026年氢能产值分别是多少？", page.get_by_test_id("answer"))
    conclusion = page.get_by_test_id("conclusion")
    expect(conclusion).to_contain_text("临溪县：到2026年，产值达到35亿元")
    expect(conclusion).to_contain_text("禾丰县：氢能产值2026年达到8亿元")
    mark = page.get_by_test_id("mark")
    person.click(page.get_by_test_id("citation").first, mark.filter(has_text="35亿元"))
    expect(page.get_by_test_id("viewer").locator("h2")).to_contain_text("临溪县")
    person.click(page.get_by_test_id("citation").last, mark.filter(has_text="8亿元"))
    expect(page.get_by_test_id("viewer").locator("h2")).to_contain_text("禾丰县")
    expect(mark.first).to_be_in_viewport()
    person.keeps_to("乙")


def test_an_official_asks_of_a_plan_of_their_own(person: Person, tmp_path: Path) -> None:
    page = person.page
    plan = Document()
    for line in PLAN.split("\n"):
        plan.add_paragraph(line)
    path = tmp_path / "安澜县农村寄递物流体系建设工作方案.docx"
    plan.save(str(path))
    person.click(page.get_by_role("link", name="文件库"), page.get_by_test_id("drop-zone"))
    person.choose(path, page.get_by_text("选择文件"), page.get_by_test_id("outcome"))
    only = page.get_by_role("link", name="只问这份")
    try:
        person.click(only, page.get_by_test_id("scope").get_by_text("安澜县农村寄递物流体系建设"))
        expect(page.get_by_test_id("question")).to_be_focused()
        person.type("县级共配中心什么时候投入使用？", page.get_by_test_id("answer"))
        expect(page.get_by_test_id("conclusion")).to_contain_text("2026年6月底前投入使用")
        expect(page.get_by_test_id("citation-card").locator(".citation-title")).to_have_text(
            [re.compile("安澜县农村寄递物流")]
        )
        person.click(page.get_by_test_id("citation").first, page.get_by_test_id("mark").first)
        expect(page.get_by_test_id("mark").first).to_be_in_viewport()
        person.keeps_to("丙")
    finally:
        for paper in page.request.get("/api/v1/documents").json()["documents"]:
            if paper["name"] == path.name:
                page.request.delete(f"/api/v1/documents/{paper['id']}")
