"""Words in a paper that are addressed to a language model, not to its readers."""

import re

# Who is spoken to, and what is told to them.
_INSTRUCTION = re.compile(
    "忽略(?:以上|上述|之前|前面|所有)[^。\n]{0,12}(?:指示|指令|要求|规则|提示|内容)"
    "|(?i:ignore (?:all|any|the|previous|above)|system prompt|<\\|im_)"
)


def is_instruction(sentence: str) -> bool:
    """Whether a sentence tells a language model what to do."""
    return bool(_INSTRUCTION.search(sentence))


def without_instructions(text: str) -> str:
    """``text`` less the sentences that are addressed to a language model."""
    return "".join(
        part for part in re.split(r"(?<=[。！？!?\n])", text) if not is_instruction(part)
    )
