"""Plain text as Windows programs in China save it."""

import re

from eval.typeset.paper import Options, Paper


def txt(paper: Paper, options: Options) -> bytes:
    """The text as it was given, in GB18030, with CRLF."""
    return re.sub(r"\r?\n", "\r\n", paper.source).encode("gb18030")
