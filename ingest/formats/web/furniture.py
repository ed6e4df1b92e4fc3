"""What surrounds the paper on a web page: menus, footers, buttons, hidden parts."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

_NEVER_TEXT = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas",
    "audio", "video", "select", "datalist", "button", "input", "textarea", "map", "head", "nav",
)  # fmt: skip
_NEVER_DROPPED = ("html", "body", "main", "article")
_NAMES = frozenset(
    (
        "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "crumb", "crumbs",
        "footer", "foot", "share", "bdsharebuttonbox", "bdshare", "sidebar", "related",
        "recommend", "copyright", "toolbar", "search", "pagination", "pager", "login", "qrcode",
        "ewm", "erweima", "dqwz", "weizhi", "topbar",
    )
)  # fmt: skip
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
# The pages of a tabbed guide are hidden until they are chosen.
_TAB = re.compile(r"tab|pane|con", re.I)
_BLOCKS = ("div", "ul", "ol", "dl", "p", "table", "section", "aside", "header", "center", "form")
# How much of a list of links is links; one that says that it leads to other papers has a heading.
_LINKS_SHARE, _OTHER_PAPERS_SHARE = 0.6, 0.3
_MAIN_SHARE = 0.7
_MIN_SENTENCE = 15
_LINE = re.compile(
    r"(?:您)?(?:当前|现在|所在)*的?位置[:：].{0,80}"
    r"|(?:【|】|\[|\]|[\s:：|/·]|打印|关闭|返回|分享|收藏|字体|字号|大|中|小|默认|超大|特大|本页|本文|此页|该页|窗口|页面|网页|顶部"
    r"|首页|列表|到|微信|微博|新浪|腾讯|朋友圈|空间|QQ|保存|下载|纠错|无障碍|繁体|简体)+"
    r"|扫一扫.{0,30}|[上下]一[篇条页][:：]?.{0,80}|(?:浏览|阅读|点击|访问)(?:次数|量|数)?[:：]\s*+\d*\s*次?"
    r"|[^。]{0,120}(?:ICP备|公网安备|网站标识码|版权所有)[^。]{0,120}"
)


_ELSEWHERE = re.compile(
    "相关(?:解读|链接|阅读|文章|新闻|报道|推荐|稿件|信息|内容|文档|政策|文件|问答)|延伸阅读|推荐阅读|热门|热点|猜你喜欢"
)


def is_furniture_line(text: str) -> bool:
    """Whether a line is a button, a position or a registration, as every page of a site has."""
    return len(text.strip()) > 1 and _LINE.fullmatch(text.strip()) is not None


def remove_furniture(body: HtmlElement) -> None:
    """Take away what is surely not the paper; what holds sentences stays, save menus by tag."""
    words = _measure(body)
    for element in list(body.iter(etree.Element)):
        if element is not body and _is_furniture(element, words):
            element.drop_tree()
    words = _measure(body)
    main = _main(body, words)
    around = {*main.iterancestors(), *main.iter()}
    for element in list(body.iter(*_BLOCKS)):
        if element not in around:
            share = _LINKS_SHARE
        elif element not in (main, *main.iterancestors()) and _leads_on(element):
            share = _OTHER_PAPERS_SHARE
        else:
            continue
        if _is_list_of_links(words[element], share):
            element.drop_tree()


def _leads_on(element: HtmlElement) -> bool:
    """Whether a part of the page begins as a list of other papers does."""
    first = next((text.strip() for text in element.itertext() if text.strip()), "")
    return _ELSEWHERE.match(first) is not None


@dataclass(slots=True)
class _Words:
    """How many characters an element holds, how many outside links, and whether a sentence."""

    everything: int = 0
    unlinked: int = 0
    sentence: bool = False


def _measure(body: HtmlElement) -> dict[HtmlElement, _Words]:
    elements = list(body.iter(etree.Element))
    words = {element: _Words() for element in elements}
    for element in reversed(elements):
        _count(words[element], element.text, element.tag != "a")
        for child in element:
            if child in words:
                _add(words[element], words[child], element.tag != "a")
            _count(words[element], child.tail, element.tag != "a")
    return words


def _count(words: _Words, text: str | None, unlinked: bool) -> None:
    size = len("".join((text or "").split()))
    words.everything += size
    words.unlinked += size if unlinked else 0
    words.sentence |= unlinked and size >= _MIN_SENTENCE and "。" in (text or "")


def _add(words: _Words, inner: _Words, unlinked: bool) -> None:
    words.everything += inner.everything
    words.unlinked += inner.unlinked if unlinked else 0
    words.sentence |= inner.sentence and unlinked


def _is_furniture(element: HtmlElement, words: dict[HtmlElement, _Words]) -> bool:
    if element.tag in _NEVER_DROPPED:
        return False
    if element.tag in _NEVER_TEXT:
        return True
    if element.tag == "footer":
        return not any(above.tag in ("article", "main") for above in element.iterancestors())
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
        return not (_TAB.search(names) and words[element].sentence)
    named = any(token.lower() in _NAMES for token in _TOKEN.findall(names))
    return named and not words[element].sentence


def _is_list_of_links(words: _Words, share: float) -> bool:
    links = words.everything - words.unlinked
    return not words.sentence and links > 0 and links >= share * words.everything


def _main(body: HtmlElement, words: dict[HtmlElement, _Words]) -> HtmlElement:
    """The smallest part of the page that holds most of the words that are no link."""
    enough = _MAIN_SHARE * words[body].unlinked
    main = body
    while enough:
        inner = [c for c in main.iterchildren(etree.Element) if words[c].unlinked >= enough]
        if not inner:
            break
        main = inner[0]
    return main
