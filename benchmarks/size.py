r"""`python -m benchmarks.size [FOLDER]`: lines of code and text by package.

A line that holds code and a comment counts as code.

>>> count("x = 1  # one\n\n# two\n").code
1
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from dataclasses import astuple, dataclass
from pathlib import Path

from autodiff.extend import Table

_GENERATED = "Written by `make generated`"
PACKAGES = ("autodiff", "nn", "viz", "chalkgrad", "tests", "benchmarks", "docs")
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Size:
    """Numbers of files and of lines by kind."""

    files: int = 0
    code: int = 0
    docstrings: int = 0
    comments: int = 0
    blank: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def count(source: str) -> Size:
    """Count the lines of one file by kind."""
    docstrings = _docstring_lines(ast.parse(source))
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        lines = range(token.start[0], token.end[0] + 1)
        if token.type == tokenize.COMMENT:
            comments.update(lines)
        elif token.type not in _LAYOUT:
            code.update(lines)
    code -= docstrings
    comments -= code | docstrings
    total = source.count("\n")
    return Size(
        1, len(code), len(docstrings), len(comments), total - len(code | docstrings | comments)
    )


def _docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            if is_text and isinstance(first.value.value, str):
                lines.update(range(first.lineno, (first.end_lineno or 0) + 1))
    return lines


def size_of(folder: Path, *, generated: bool = False) -> Size:
    """Return the sum over the files of a folder that are written by hand, or that are generated."""
    texts = (path.read_text() for path in sorted(folder.rglob("*.py")))
    chosen = (text for text in texts if (_GENERATED in text[:300]) is generated)
    return sum((count(text) for text in chosen), Size())


def main() -> int:
    """Print the table for a checkout: this one, or the folder that the command line names."""
    top = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent
    sizes = {name: size_of(top / name) for name in PACKAGES if (top / name).is_dir()}
    sizes["autodiff, generated"] = size_of(top / "autodiff", generated=True)
    sizes["together"] = sum(sizes.values(), Size())
    columns = ("package", "files", "code", "docstrings", "comments", "blank", "all lines")
    rows = [
        (name, *(f"{n:,}" for n in astuple(size)), f"{sum(astuple(size)[1:]):,}")
        for name, size in sizes.items()
    ]
    print(Table("", columns, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
