"""Settings of Sphinx for the site: `make docs`, or `python -m sphinx -W docs build/site`.

Nothing is fetched while it is built, and its pages ask the network for nothing: formulas are
MathML, fonts are the system's, and the inventories of Python and NumPy lie in `site/inventories`.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE / "site")]


def _outputs_depend_on() -> str:
    """Return a name for all that the chapters run: outputs are cached until one of them changes."""
    files = list((ROOT / "examples").iterdir())
    for package in ("autodiff", "nn", "viz", "chalkgrad"):
        files += (
            path
            for kind in ("py", "css", "js", "html")
            for path in (ROOT / package).rglob(f"*.{kind}")
        )
    content = sha256()
    for path in sorted(path for path in files if path.is_file()):
        content.update(path.read_bytes())
    return content.hexdigest()[:16]


project = "chalkgrad"
author = "the authors of chalkgrad"
copyright = "the authors of chalkgrad, MIT licensed"  # noqa: A001 the name that Sphinx reads
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "docstrings",
    "mathml",
    "notebooks",
]
exclude_patterns = ["site"]
root_doc = "index"
nitpicky = True
html_math_renderer = "mathml"
html_theme = "furo"
html_title = "chalkgrad"
html_favicon = "site/static/icon.svg"  # else browsers ask for one that is not there
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_js_files = ["theme.js"]
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # it is fetched, which a page opened from the disk must not do
pygments_style = "friendly"
pygments_dark_style = "native"
templates_path = []

myst_enable_extensions = ["colon_fence", "dollarmath", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "chapters" / _outputs_depend_on())
nb_execution_timeout = 240
nb_execution_raise_on_error = True
nb_merge_streams = True
# Where anywidget is installed, a page of a chapter comes as a widget too, which needs the network.
nb_mime_priority_overrides = [("*", "application/vnd.jupyter.widget-view+json", None)]
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
suppress_warnings: list[str] = []

autodoc_member_order = "groupwise"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "py:obj"

_INVENTORIES = HERE / "site" / "inventories"
intersphinx_mapping = {
    "python": ("https://docs.python.org/3", str(_INVENTORIES / "python.inv")),
    "numpy": ("https://numpy.org/doc/stable", str(_INVENTORIES / "numpy.inv")),
}
nitpick_ignore_regex = [
    # Names for types in annotations: the docstring of the argument says what they stand for.
    ("py:class", r"(.*\.)?(Array|Callback|Data|Kind|Loss|Operand|Schedule|Weights)"),
    # Of matplotlib and Python, where the annotation is a text without its module.
    ("py:class", r"Axes|PathLike|Random"),
    ("py:class", r"(numbers\.)?Real"),
    # Annotate arguments that users leave out, and what a formula or a program is made of.
    ("py:class", r"autodiff\.formula\.tree\..*|autodiff\.graph\.graph\.Graph"),
    ("py:class", r"autodiff\.compiler\.(tracing|runtime|derivatives)\..*"),
    ("py:class", r"autodiff\.explain\.rounding\.rounding\._Attempt"),
    ("py:class", r"nn\.training\.early_stopping\.Watch|nn\.data\.mnist\.Mirrors"),
]
