"""Templates as files: ``NAME.txt`` with ``$variables``, filled strictly.

A bare ``$`` in a template is written ``$$``; what is filled in may hold any text.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent
_VERSION_DIGITS = 8


class PromptError(Exception):
    """A template is missing, or its variables and the given ones differ; the message names them."""


def render(name: str, **variables: str) -> str:
    """The template ``name`` with its variables filled in.

    Raises:
        PromptError: no such template, a variable is missing, or one is given that it lacks.
    """
    template = _template(name)
    wanted = set(template.get_identifiers())
    if wanted != variables.keys():
        missing, unknown = wanted - variables.keys(), variables.keys() - wanted
        raise PromptError(f"template {name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    return template.substitute(variables)


def version(*names: str) -> str:
    """What tells one wording of these templates from another: their names and a digest.

    Raises:
        PromptError: no such template.
    """
    words = "\0".join(_template(name).template for name in names)
    return f"{'+'.join(names)}@{sha256(words.encode()).hexdigest()[:_VERSION_DIGITS]}"


@cache
def _template(name: str) -> Template:
    try:
        return Template((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip())
    except OSError as error:
        raise PromptError(f"template {name}: {error}") from error
