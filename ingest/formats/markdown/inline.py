"""The signs inside a line of Markdown: emphasis, links, code, escapes, entities."""

import html
import re

# The address of a link: no white space, brackets only in pairs; a title may stand behind it.
_ADDRESS = r"\(\s*(?:<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_TAGS = (
    "a|b|big|blockquote|br|center|code|del|details|div|em|font|hr|i|img|ins|kbd|li|mark|ol|p|s|small"
    "|span|strong|sub|summary|sup|u|ul"
)
_ATTRIBUTES = r"(?:\s+[A-Za-z][\w:-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*"
# A backslash before a sign of Markdown takes its meaning from it.
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.{1,500}?)(?<!`)\1(?!`)")
_KEPT = re.compile(r"\0(\d+)\0")
_RAISED = re.compile(r"<sup>\s*([\d-]+)\s*</sup>", re.I)
_RAISED_DIGITS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIGNS = (
    (re.compile(rf"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]{_ADDRESS}"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>"), r"\1"),
    (re.compile(rf"</?(?:{_TAGS}){_ATTRIBUTES}\s*/?>", re.I), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    # Between figures the star is a multiplication: “40*4=160，20*8=160”.
    (re.compile(r"(?<![\d*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\d*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=[^\s_])([^_]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"~~(?=\S)(.{1,500}?)(?<=\S)~~"), r"\1"),
)


def plain(text: str) -> str:
    """The words of a line; code and escaped signs stay as they are."""
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\0{len(kept) - 1}\0"

    text = _CODE.sub(lambda match: keep(match[2].strip()), text)
    text = _ESCAPED.sub(lambda match: keep(match[1]), text)
    text = _RAISED.sub(lambda match: match[1].translate(_RAISED_DIGITS), text)
    for sign, words in _SIGNS:
        text = sign.sub(words, text)
    return _KEPT.sub(lambda match: kept[int(match[1])], html.unescape(text)).strip()
