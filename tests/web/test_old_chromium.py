"""County machines run Chromium 86: nothing that came later is used where it would break the page."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "service" / "web"
# What a browser of 86 does not know, and the version that brought it.
SCRIPT = {
    r"\.at\(": "Array.prototype.at, 92",
    r"\.findLast(Index)?\(": "findLast, 97",
    r"\.to(Sorted|Reversed|Spliced)\(": "toSorted, 110",
    r"\bObject\.hasOwn\(": "Object.hasOwn, 93",
    r"\b(Object|Map)\.groupBy\(": "groupBy, 117",
    r"\bArray\.fromAsync\(": "Array.fromAsync, 121",
    r"\bPromise\.(withResolvers|try)\(": "Promise.withResolvers, 119",
    r"\bstructuredClone\(": "structuredClone, 98",
    r"\bcrypto\.randomUUID\(": "crypto.randomUUID, 92",
    r"\bAbortSignal\.(timeout|any)\(": "AbortSignal.timeout, 103",
    r"\bURL\.canParse\(": "URL.canParse, 120",
    r"\bIntl\.Segmenter\b": "Intl.Segmenter, 87",
    r"\.(entries|keys|values)\(\)\s*\.(map|filter|find|some|every|reduce|take|toArray|forEach)\(": (
        "iterator helpers, 122"
    ),
    r"\.(union|intersection|difference|isSubsetOf|isSupersetOf)\(": "methods of sets, 122",
    r"\bfor await \(const [^()]* of (\w+\.)*(body|[sS]tream)\)": "asynchronous iteration of streams, 124",
    r"\bstatic\s*\{": "static blocks of classes, 94",
    r"#\w+ in \w": "private names with in, 91",
    r"(?m)^(?:(?:const|let|var) [^\n=]*= |export [^\n=]*= )?await\b": "await outside functions, 89",
    r"new \w*Error\([^()]*\{ *cause\b": "cause of an error, 93",
    r"\bimport [^;\n]* (with|assert) \{": "import attributes, 123",
    r"\.(showPopover|togglePopover|requestClose|checkVisibility|scrollIntoViewIfNeeded)\(": "105 on",
    r"\.inert\b|[\"']inert[\"']": "inert, 102",
    r"/[gimsuy]*[dv][gimsuy]*\.(test|exec)\(": "flags d and v, 90",
}
STYLE = {
    r":has\(": ":has, 105",
    r":is\(": ":is, 88",
    r":where\(": ":where, 88",
    r":not\([^()]*,": "a list in :not, 88",
    r":user-(in)?valid": ":user-invalid, 119",
    r"@(container|layer|scope|starting-style)\b": "105 on",
    r"@media[^{]*[<>]": "ranges in media queries, 104",
    r"(?<![\w-])inset(-block|-inline)?\s*:": "inset, 87",
    r"(?<![\w-])(padding|margin)-(inline|block)\s*:": "logical shorthands, 87",
    r"\baspect-ratio\s*:": "aspect-ratio, 88",
    r"\bscrollbar-gutter\s*:": "scrollbar-gutter, 94",
    r"\boverflow(-[xy])?\s*:[^;]*\bclip\b": "overflow: clip, 90",
    r"\d[dsl]v[hwib]\b": "dvh, 108",
    r"\b(color-mix|light-dark|oklch|oklab|lab|lch)\(": "111 on",
    r"(?<![\w-])(translate|rotate|scale)\s*:": "single transforms, 104",
    r"(?<![\w-])mask(-image|-size)?\s*:": "mask without a prefix, 120",
    r"\bsubgrid\b": "subgrid, 117",
    r"(?m)^\s*&": "nesting, 112",
}
PAGE = {r"\s(inert|popover|popovertarget|closedby)\b": "102 on"}


def used(text: str, newer: dict[str, str]) -> list[str]:
    """What a text uses of ``newer``, with its line."""
    return [
        f"line {text[: found.start()].count(chr(10)) + 1}: {what}"
        for pattern, what in newer.items()
        for found in re.finditer(pattern, text)
    ]


def without_comments(text: str) -> str:
    """The lines stay where they were."""
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    return re.sub(r"(?m)(^|\s)//.*$", "", text)


@pytest.mark.parametrize("path", sorted(WEB.iterdir()), ids=lambda path: path.name)
def test_a_file_is_understood_by_chromium_86(path: Path) -> None:
    newer = {".js": SCRIPT, ".css": STYLE, ".html": PAGE}.get(path.suffix, {})
    assert used(without_comments(path.read_text("utf-8")), newer) == []


@pytest.mark.parametrize(
    ("newer", "text"),
    [
        (SCRIPT, "list.at(-1)"),
        (SCRIPT, "const x = await load();"),
        (SCRIPT, "class A {\n  static {\n  }\n}"),
        (SCRIPT, "for await (const chunk of body) {}"),
        (SCRIPT, "map.values().map(f)"),
        (SCRIPT, "new ServiceError(text, { cause: error })"),
        (STYLE, ".a:is(.b) {}"),
        (STYLE, ".a { inset: 0; }"),
        (STYLE, ".a { height: 100dvh; }"),
        (STYLE, "@media (width < 640px) {}"),
        (STYLE, ".a { overflow: clip; }"),
        (STYLE, ".a { mask-image: none; }"),
        (PAGE, "<div inert>"),
    ],
)
def test_what_came_later_is_found(newer: dict[str, str], text: str) -> None:
    assert len(used(text, newer)) == 1


@pytest.mark.parametrize(
    ("newer", "text"),
    [
        (SCRIPT, "async () => {\n  const x = await load();\n}"),
        (SCRIPT, "Object.entries(all).map(f); a ??= b?.c; list.concat(more); chat(1)"),
        (
            STYLE,
            ".a { -webkit-mask-image: none; clip: rect(0 0 0 0); gap: 4px; transform: scale(2); }",
        ),
        (STYLE, ".a:not(.b) { margin-left: 1px; }"),
    ],
)
def test_what_is_old_enough_is_let_pass(newer: dict[str, str], text: str) -> None:
    assert used(text, newer) == []
