"""Sets a paper, given as text, in every format, the way offices in China make them.

For the sample papers, for tests that the same paper reads the same in every format, and for
measuring. The same text gives the same bytes, but for .doc, in which LibreOffice keeps its time.
"""

from eval.typeset.errors import TypesetError
from eval.typeset.formats import Format, set_in
from eval.typeset.paper import Options, Paper, read_paper

__all__ = ["Format", "Options", "Paper", "TypesetError", "read_paper", "set_in"]
