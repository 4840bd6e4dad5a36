"""The architecture, checked on the sources: who imports whom, short functions, light imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BELOW = {  # each package, and those that it may import
    "autodiff": set(),
    "nn": {"autodiff"},
    "viz": {"autodiff", "nn"},
    "chalkgrad": {"autodiff", "nn", "viz"},
}
FACES = {"", "extend"}
HEAVY = {"numpy", "rich", "graphviz", "pygraphviz", "sklearn", "IPython", "matplotlib", "mpmath"}
FILES = [path for package in BELOW for path in sorted((ROOT / package).rglob("*.py"))]
PROGRAMS = [  # they stand above all packages
    path
    for folder in ("benchmarks", "docs", "examples")
    for path in sorted((ROOT / folder).rglob("*.py"))
]

every_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))


def module_name(path: Path) -> str:
    """Return the dotted name: "autodiff" for its __init__, "autodiff.formula.parse" for a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path) -> set[str]:
    """Return the dotted names of those of our modules that a file imports."""
    inside = module_name(path).split(".")
    if path.name != "__init__.py":
        inside = inside[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = inside[: len(inside) - node.level + 1] if node.level else []
            source = [*base, *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                place = ROOT / Path(*source, alias.name)
                is_module = place.with_suffix(".py").exists() or (place / "__init__.py").exists()
                found.add(".".join([*source, alias.name] if is_module else source))
    return {name for name in found if name.split(".")[0] in BELOW}


def test_the_reader_of_imports_reads_them() -> None:
    found = imported_modules(ROOT / "autodiff" / "operations.py")
    assert "autodiff.table.operation" in found
    assert "autodiff.errors" in found
    assert "autodiff.extend" in imported_modules(ROOT / "nn" / "losses.py")


@every_file
def test_packages_meet_only_at_their_faces(path: Path) -> None:
    package = module_name(path).split(".")[0]
    for name in imported_modules(path):
        top, _, rest = name.partition(".")
        if top != package:
            assert top in BELOW[package], f"{path} imports {name}, which lies above it"
            assert rest in FACES, f"{path} imports {name}, past the faces of {top}"


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: str(p.relative_to(ROOT)))
def test_programs_import_only_faces(path: Path) -> None:
    for name in imported_modules(path) - {"chalkgrad.__main__"}:  # the command line itself
        assert name.partition(".")[2] in FACES, f"{path} imports {name}, past the faces"


def room(module: str, depth: int) -> str:
    """Return the folder of a module, down to a depth; the module itself if it lies higher up."""
    parts = module.split(".")
    folder = parts if (ROOT / Path(*parts)).is_dir() else parts[:-1]
    return ".".join(folder[: depth + 1]) if len(folder) > depth else module


@pytest.mark.parametrize("depth", [9, 2, 1], ids=["files", "rooms of rooms", "rooms"])
def test_imports_run_in_no_circle(depth: int) -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        module = module_name(path)
        if module in BELOW or module.endswith(".extend"):
            continue  # the faces stand on top of all rooms
        below = graph.setdefault(room(module, depth), set())
        below |= {room(name, depth) for name in imported_modules(path)} - {room(module, depth)}
    order = list(TopologicalSorter(graph).static_order())
    assert order.index(room("autodiff.formula.parse", depth)) < order.index(
        room("autodiff.graph.node", depth)
    )


@every_file
def test_files_say_what_they_are_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), path


@every_file
def test_functions_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            assert (node.end_lineno or 0) - body[0].lineno < 40, f"{path}: {node.name}"


@every_file
def test_no_star_imports_and_no_global_statements(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for_editors = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        star = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        assert not star or node in for_editors, path
        assert not isinstance(node, ast.Global), path


@every_file
def test_only_faces_list_their_names(path: Path) -> None:
    listed = any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for node in ast.parse(path.read_text()).body
    )
    assert not listed or path.name in {"__init__.py", "extend.py"}, path


@pytest.mark.parametrize("face", ["autodiff", "nn", "viz", "autodiff.extend", "nn.extend"])
def test_everything_exported_is_there(face: str) -> None:
    module = __import__(face, fromlist=["x"])
    assert all(hasattr(module, name) for name in module.__all__)
    assert sorted(set(module.__all__)) == sorted(module.__all__)


@pytest.mark.parametrize("face", ["autodiff", "nn", "autodiff.extend"])
def test_names_imported_on_first_use_are_those_that_type_checkers_see(face: str) -> None:
    module = __import__(face, fromlist=["x"])
    (block,) = [
        node
        for node in ast.parse(Path(module.__file__).read_text()).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {
        alias.name: "." + (node.module or "")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if not alias.asname
    }
    assert seen == module._LATER
    assert seen.keys() <= set(module.__all__) <= set(dir(module))


def test_importing_the_engine_leaves_explanations_and_checks_alone() -> None:
    program = "import autodiff, sys; print(*sys.modules)"
    result = subprocess.run(  # -S: an environment may import much by itself
        [sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rooms = {tuple(name.split(".")[:2]) for name in result.stdout.split()}
    later = {("autodiff", room) for room in ("explain", "gradcheck", "structure", "tutor")}
    assert ("autodiff", "value") in rooms
    assert not rooms & later
    assert "pathlib" not in result.stdout.split()


@pytest.mark.parametrize("package", ["autodiff", "nn", "viz", "chalkgrad"])
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
    assert not loaded & HEAVY
