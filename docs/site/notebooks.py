"""A Sphinx extension: each chapter of the book also as a notebook to download.

A chapter is Markdown that MyST reads; what a notebook would not understand is put into plain
Markdown.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from shutil import copy
from typing import Any

from docutils import nodes
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from sphinx.application import Sphinx

FOLDER = "book"
BESIDE = {  # files that a chapter reads, in the repository
    "gpt": ("examples/gpt.py", "examples/names.txt"),
    "learning": ("docs/gallery/mnist-history.csv",),
}
_ROLE = re.compile(r"\{[\w:]+\}(`[^`]+`)")
_TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
_FENCE = re.compile(r"^:::+.*\n?", re.MULTILINE)
_CHAPTER = re.compile(r"(?<=\]\()([\w-]+)\.md(?=[)#])")
_LABEL = re.compile(r"\]\(#point-\d+\)")


def plain(text: str) -> str:
    r"""Return a cell of text without what only MyST reads.

    >>> plain("(point-1)=\n## The chain\n{func}`autodiff.why`, see [descent](descent.md).")
    '## The chain\n`autodiff.why`, see [descent](descent.ipynb).'
    """
    for pattern, by in ((_TARGET, ""), (_FENCE, ""), (_ROLE, r"\1"), (_CHAPTER, r"\1.ipynb")):
        text = pattern.sub(by, text)
    return text.strip()


def notebook(text: str) -> Any:
    """Return a chapter as a notebook, its cells not yet run.

    Args:
        text: of the chapter.
    """
    found = read_myst_markdown_notebook(text, MdParserConfig())
    for index, cell in enumerate(found.cells):
        cell.id = f"cell-{index}"
        cell.pop("attachments", None)
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source)
        cell.metadata = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
    found.cells = [cell for cell in found.cells if cell.source]
    found.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    }
    found.nbformat, found.nbformat_minor = 4, 5
    return found


def _link(app: Sphinx, document: nodes.document) -> None:
    """Put a link to the notebook below the title of a chapter."""
    folder, _, name = app.env.docname.rpartition("/")
    if folder != FOLDER or not any(document.findall(_is_cell)):
        return
    title = next(document.findall(nodes.title))
    links = [_download(f"{name}.ipynb", "Download this chapter as a notebook")]
    files = [Path(path).name for path in BESIDE.get(name, ())]
    links += [_download(file, f"{file}, which it reads") for file in files]
    text = f'<p class="download-notebook">{"; ".join(links)}</p>'
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", text, format="html"))


def _download(file: str, text: str) -> str:
    return f'<a href="../notebooks/{file}" download>{text}</a>'


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "cell" in node["classes"]


def _write(app: Sphinx, error: Exception | None) -> None:
    """Write the notebooks, and the files that they read, beside the pages."""
    if error is None and app.builder.format == "html":
        folder = Path(app.outdir) / "notebooks"
        folder.mkdir(exist_ok=True)
        for path in chain(*BESIDE.values()):
            copy(Path(app.srcdir).parent / path, folder)
        for path in sorted((Path(app.srcdir) / FOLDER).glob("*.md")):
            text = path.read_text(encoding="utf-8")
            if "{code-cell}" in text:
                target = folder / f"{path.stem}.ipynb"
                target.write_text(
                    json.dumps(notebook(text), indent=1, ensure_ascii=False) + "\n", "utf-8"
                )


def setup(app: Sphinx) -> dict[str, bool]:
    """Add links while pages are read, and write the notebooks at the end."""
    app.connect("doctree-read", _link)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
