"""The house rules that can be read off the sources: floors, sizes, docstrings, light imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("autodiff", "nn", "viz")
MAY_IMPORT = {"autodiff": set(), "nn": {"autodiff"}, "viz": {"autodiff", "nn"}}

# Each file imports only from files further up its list.
FLOORS = {
    "autodiff": [
        "errors",
        "formula.expression",
        "formula.words",
        "formula.floats",
        "formula.dialects",
        "formula.tokens",
        "formula.parse",
        "formula.reduce",
        "formula.steps",
        "formula.emit",
        "formula.text",
        "formula.evaluate",
        "formula",
        "inlining",
        "operands",
        "operation",
        "operations",
        "recording",
        "lines",
        "graph",
        "backprop",
        "observing",
        "node",
        "copying",
        "elementary",
        "arrays",
        "value",
        "callables",
        "functions",
        "structure",
        "transforms",
        "names",
        "numerical",
        "replay",
        "notebook",
        "tables",
        "verdicts",
        "faults",
        "check",
        "trace",
        "expression",
        "contraction",
        "grouping",
        "program.access",
        "program.equations",
        "program.record",
        "program.simplify",
        "program.rows",
        "program.stack",
        "program.writer",
        "program.formulas",
        "program.places",
        "program.totals",
        "program.layout",
        "program.forward",
        "program.kernels",
        "program.adjoints",
        "program.reverse",
        "program.source",
        "program.listing",
        "program.memory",
        "program.checks",
        "program.engine",
        "program.exact",
        "program.inputs",
        "program.program",
        "program.branches",
        "program.again",
        "program.build",
        "program",
        "compiling",
        "explain.paths",
        "explain.sums",
        "explain.notation",
        "explain.factors",
        "explain.steps",
        "explain.derivation",
        "explain.why",
        "explain.killers",
        "explain.zero",
        "explain.nan",
        "explain.compare",
        "explain.nudge",
        "explain.findings",
        "explain.state_faults",
        "explain.shapes",
        "explain.form_faults",
        "explain.lint",
        "explain.precise",
        "explain.exact",
        "explain",
        "",
    ],
    "nn": [
        "errors",
        "packages",
        "files",
        "container",
        "checks",
        "activations",
        "initialisers",
        "module",
        "layers",
        "perceptron",
        "saving",
        "exchange",
        "onnx",
        "losses",
        "schedules",
        "leaves",
        "optimisers",
        "data.examples",
        "data.digits",
        "data.points",
        "data.idx",
        "data.downloads",
        "data.mnist",
        "data",
        "batches",
        "protocols",
        "eager",
        "compiled",
        "engines",
        "answers",
        "judging",
        "confusion",
        "images",
        "records",
        "interruption",
        "diagnosis",
        "progress",
        "stopping",
        "training",
        "places",
        "pulls",
        "lint",
        "commands.recipes",
        "commands.parser",
        "commands.outputs",
        "commands.train",
        "commands.evaluate",
        "commands.predict",
        "commands",
        "",
    ],
    "viz": [
        "errors",
        "text",
        "themes",
        "options",
        "scale",
        "paths",
        "card",
        "path_table",
        "caption",
        "dot",
        "boxes",
        "group_card",
        "fold",
        "quiet",
        "png",
        "render",
        "files",
        "drawing",
        "sweep",
        "frames",
        "steps",
        "tree",
        "show",
        "neurons",
        "networks",
        "canvas",
        "curves",
        "progress",
        "regions",
        "descents",
        "weight_pictures",
        "pulls",
        "",
    ],
}
HEAVY = (
    "numpy",
    "rich",
    "graphviz",
    "pygraphviz",
    "sklearn",
    "IPython",
    "matplotlib",
    "mpmath",
    "inspect",
)
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
SOURCES = [path for path in FILES if path.name != "__main__.py"]

every_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
every_source = pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))


def module_name(path: Path) -> str:
    """The dotted name below the package: "" for its __init__, "formula" for a folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path) -> set[tuple[str, str]]:
    """The (package, dotted name) of every import of one of our own modules."""
    package = path.relative_to(ROOT).parts[0]
    inside = [package, *module_name(path).split(".")]
    if path.name != "__init__.py":
        inside = inside[:-1]
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {(a.name.split(".")[0], ".".join(a.name.split(".")[1:])) for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = [part for part in inside if part]
            base = inside[: len(inside) - node.level + 1] if node.level else []
            whole = [*base, *(node.module or "").split(".")] if node.module else base
            for alias in node.names:
                longer = [*whole, alias.name]
                place = ROOT / Path(*longer)
                is_module = place.with_suffix(".py").exists() or (place / "__init__.py").exists()
                chosen = longer if is_module else whole
                found.add((chosen[0], ".".join(chosen[1:])))
    return {(top, rest) for top, rest in found if top in PACKAGES}


def test_the_reader_of_imports_reads_them() -> None:
    found = imported_modules(ROOT / "autodiff" / "operations.py")
    assert ("autodiff", "operation") in found
    assert ("autodiff", "inlining") in found
    assert ("autodiff", "errors") in imported_modules(ROOT / "autodiff" / "formula" / "parse.py")


@every_source
def test_imports_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    floors = FLOORS[package]
    floor = floors.index(module_name(path))
    for top, name in imported_modules(path):
        if top != package:
            assert top in MAY_IMPORT[package], f"{path} imports {top}"
        else:
            assert floors.index(name) < floor, f"{path} imports {top}.{name} from a lower floor"


@every_file
def test_files_say_what_they_are_for_and_what_not(path: Path) -> None:
    tree = ast.parse(path.read_text())
    text = ast.get_docstring(tree) or ""
    assert text, path
    if path.name != "__main__.py":
        assert ">>> " in text, f"{path} has no example"
    if path.name not in {"__main__.py", "value.py"}:
        assert "not here" in " ".join(text.split()), path


@every_file
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 300, path
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            assert (node.end_lineno or 0) - body[0].lineno < 40, f"{path}: {node.name}"


@every_file
def test_no_star_imports_and_no_global_statements(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.ImportFrom) and node.names[0].name == "*"), path
        assert not isinstance(node, ast.Global), path


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_exported_is_there(package: str) -> None:
    module = __import__(package)
    assert all(hasattr(module, name) for name in module.__all__)
    assert sorted(set(module.__all__)) == sorted(module.__all__)


@pytest.mark.parametrize("package", ["autodiff", "nn"])
def test_an_import_brings_nothing_heavy(package: str) -> None:
    program = f"import {package}, sys; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.split(".")[0] for name in result.stdout.split()}
    allowed = {"inspect"}  # by dataclasses
    assert not loaded & (set(HEAVY) - allowed)
