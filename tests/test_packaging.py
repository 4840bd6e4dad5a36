"""sdist and wheel hold what they should, and the wheel works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, ignore_patterns, which

import pytest

import chalkgrad

ROOT = Path(__file__).parent.parent
PACKAGES = ("autodiff", "nn", "viz", "chalkgrad")
FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs", "examples")
OWN = (
    "*.so",
    "*.pyd",
    "__pycache__",
    "*.egg-info",
    "build",
    "dist",
    ".git",
    ".venv",
    ".*_cache",
    ".hypothesis",
)
OUTSIDE = {"PYTHONPATH", "CHALKGRAD_PURE"}  # variables that a user does not have
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
PROGRAM = """
import importlib.metadata, sys
import chalkgrad
from chalkgrad import MLP, Value, draw, fit, tanh

w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(7.0, label="b")
y = tanh(w * x + b)
y.backward()
draw(y).save("neuron.svg")
xor = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
net = MLP(2, [8, 1], activation="tanh", seed=1)
fit(net, xor, epochs=300, batch_size=4, learning_rate=0.3)
files = [module.__file__ for name, module in sorted(sys.modules.items())
         if name.split(".")[0] in ("autodiff", "nn", "viz", "chalkgrad")]
print(f"{w.grad:.6f}", [round(net(x)[0].data) for x, _ in xor])
print(importlib.metadata.version("chalkgrad"), all(file.startswith(sys.prefix) for file in files))
"""


def has_compiler() -> bool:
    """Tell whether the build finds the compiler that Python was built with, and its headers."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC")
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return compiler is not None and which(compiler.split()[0]) is not None and headers.exists()


def run(*command: str | Path, folder: Path, **changes: str) -> str:
    environment = {name: text for name, text in os.environ.items() if name not in OUTSIDE} | changes
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that is built from it."""
    if find_spec("build") is None or int(version("setuptools").split(".")[0]) < 77:
        pytest.skip("needs build and setuptools>=77: pip install -e .[dev]")
    folder = tmp_path_factory.mktemp("packaging")
    copytree(ROOT, folder / "source", ignore=ignore_patterns(*OWN))
    run(sys.executable, "-m", "build", "--no-isolation", "-o", "..", folder=folder / "source")
    return folder


def files(*folders: str) -> set[str]:
    names = (path.relative_to(ROOT) for top in folders for path in (ROOT / top).rglob("*.*"))
    built = {".pyc", ".egg-info", ".so", ".pyd"}
    return {name.as_posix() for name in names if name.suffix not in built}


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    built = {name for name in names if name.endswith(SUFFIX)}
    assert names - built == files(*PACKAGES)
    assert built == {f"autodiff/native/engine{SUFFIX}"} if has_compiler() else not built
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def test_the_sdist_holds_what_the_tests_need(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {member.name.partition("/")[2] for member in sdist if member.isfile()}
    assert files(*FOLDERS) <= names
    assert {"README.md", "LICENSE", "Makefile", "pyproject.toml", ".ci/run"} <= names


def test_without_a_compiler_the_wheel_is_pure(tmp_path: Path) -> None:
    copytree(ROOT, tmp_path / "source", ignore=ignore_patterns(*OWN))
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "-o", ".."]
    run(*build, folder=tmp_path / "source", CC="no-such-compiler")
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "pure")  # noqa: S202 our own
    assert not [*(tmp_path / "pure").rglob("*" + SUFFIX)]
    program = "from autodiff.native.choice import in_use; print(in_use)"
    printed = run(sys.executable, "-c", program, folder=tmp_path / "pure")
    assert printed == "pure Python, because no C compiler was found when it was installed\n"


def test_the_wheel_works_in_a_fresh_environment(built: Path, tmp_path: Path) -> None:
    python = tmp_path / "fresh" / "bin" / "python"
    run(sys.executable, "-m", "venv", "--without-pip", "fresh", folder=tmp_path)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run(*pip, "install", "-q", "--no-index", "--no-deps", *built.glob("*.whl"), folder=tmp_path)
    # Dependencies come from the environment of the tests; the wheel's own files precede them.
    site = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=tmp_path
    )
    paths = dict.fromkeys(path for path in sys.path if path.endswith("site-packages"))
    paths[sysconfig.get_path("purelib")] = None
    (Path(site.strip()) / "dependencies.pth").write_text("\n".join(paths))
    printed = run(python, "-c", PROGRAM, folder=tmp_path).splitlines()
    assert printed == ["0.839949 [0, 1, 1, 0]", f"{chalkgrad.__version__} True"]
    assert (tmp_path / "neuron.svg").read_text().count("<g ") > 3
    command = python.with_name("chalkgrad")
    engine = "native" if has_compiler() else "pure Python, because no C compiler was found"
    version = f"chalkgrad {chalkgrad.__version__}"
    assert run(command, "--version", folder=tmp_path).startswith(f"{version} ({engine}")
    pure = run(command, "--version", folder=tmp_path, CHALKGRAD_PURE="1")
    assert pure == f"{version} (pure Python, because CHALKGRAD_PURE is set)\n"
    assert "82 parameters" in run(command, "train", "xor", "--epochs", "1", folder=tmp_path)
