"""What the assistant says, as template files, and their strict loader."""

from functools import cache
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent


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


@cache
def _template(name: str) -> Template:
    try:
        return Template((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip())
    except OSError as error:
        raise PromptError(f"template {name}: {error}") from error
