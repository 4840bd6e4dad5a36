"""Shared libraries from generated C: built by the system's compiler, cached by content, loaded.

The cache is a folder that only its user can read or write. Its files are read with that checked,
compared with their digest, and loaded from a private copy, so that no other user's code is run,
and no half of a file. Where there can be no such folder, a library is built for the process alone.

>>> compiler_command({"CC": "clang -m64"})
['clang', '-m64']
"""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from autodiff.errors import FileError, OptionError
from autodiff.files import write_whole

_FORM = "1"  # of the cache's files
_COMPILERS = ("cc", "gcc", "clang")
_COMMON = ("-shared", "-fPIC", "-w", "-fno-strict-aliasing")
# Without errno and trapped exceptions loops over choices and functions are vectorised; nan,
# infinity and the order of sums stay as they are written.
_FAST = ("-O3", "-march=native", "-fopenmp-simd", "-fno-math-errno", "-fno-trapping-math")
_FLAGS = ((*_COMMON, *_FAST, "-ffp-contract=fast"), (*_COMMON, "-O2"))
_DIGEST = 32  # bytes in front of a library
_REMEDY = "install gcc or clang, set CC to a compiler, or leave native out"


def library_of(text: str) -> ctypes.CDLL:
    """Build a module of C, or find it in the cache, and load it.

    Args:
        text: of the module.

    Raises:
        OptionError: if there is no C compiler, or it cannot compile the module.
    """
    command = compiler_command(os.environ)
    folder = _folder()
    name = _key(text, command)
    content = None if folder is None else _cached(folder, name)
    if content is None:
        content = _built(text, command)
        if folder is not None:
            _keep(folder / name, content)
    return _loaded(content, folder)


def compiler_command(environment: Mapping[str, str]) -> list[str]:
    """Return the command of the C compiler: CC, or the first of cc, gcc and clang.

    Args:
        environment: with CC and PATH.

    Raises:
        OptionError: if there is none.
    """
    chosen = shlex.split(environment.get("CC", ""))
    if chosen:
        return chosen
    found = [shutil.which(name, path=environment.get("PATH")) for name in _COMPILERS]
    paths = [path for path in found if path]
    if os.name != "posix" or not paths:
        where = "a PATH without one" if os.name == "posix" else f"the system {os.name}"
        raise OptionError(f"a C compiler ({', '.join(_COMPILERS)}) for native='c'", where, _REMEDY)
    return paths[:1]


# -- building -----------------------------------------------------------------------------------


def _key(text: str, command: Sequence[str]) -> str:
    facts = (_FORM, _version(tuple(command)), str(_FLAGS), _processor(), *command, text)
    return sha256("\0".join(facts).encode()).hexdigest()


@cache
def _version(command: tuple[str, ...]) -> str:
    return _run([*command, "--version"]).stdout


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 the user's compiler
    except OSError as error:
        raise OptionError("a C compiler for native='c'", f"{error}", _REMEDY) from error


@cache
def _processor() -> str:
    """Return what `-march=native` depends on."""
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return f"{platform.machine()} {platform.processor()}"
    lines = facts.read_text(encoding="utf-8", errors="replace").splitlines()
    names = ("model", "flags", "Features", "CPU part", "cpu family")
    return "\n".join(sorted({line for line in lines if line.startswith(names)}))


def _built(text: str, command: Sequence[str]) -> bytes:
    message = ""
    with tempfile.TemporaryDirectory(prefix="chalkgrad-") as made:
        source, target = Path(made, "program.c"), Path(made, "program.so")
        source.write_text(text, encoding="utf-8")
        for flags in _FLAGS:
            done = _run([*command, *flags, str(source), "-o", str(target), "-lm"])
            if not done.returncode and target.exists():
                return target.read_bytes()
            message = message or (done.stderr.strip() or f"status {done.returncode}")
    raise OptionError(
        "a C compiler that compiles the program",
        f"{' '.join(command)}, which says: {_first_error(message)}",
        _REMEDY,
    )


def _first_error(message: str) -> str:
    lines = message.splitlines()
    return next((line for line in lines if "error" in line), lines[0])


# -- the cache ----------------------------------------------------------------------------------


def _folder() -> Path | None:
    """Return the user's own folder, made if need be; None if there can be none."""
    folder = _cache_path() / "programs"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder if _is_own(folder.lstat(), stat.S_ISDIR, 0o077) else None
    except OSError:
        return None


def _cache_path() -> Path:
    try:
        return Path(import_module("platformdirs").user_cache_dir("chalkgrad"))
    except ImportError:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118 without an error where there is no home
        return Path(home, "chalkgrad")


def _is_own(facts: os.stat_result, is_kind: object, forbidden: int) -> bool:
    """Tell whether only this user can have written what a path stands for."""
    assert callable(is_kind)
    mode = facts.st_mode
    return bool(is_kind(mode)) and facts.st_uid == os.getuid() and not mode & forbidden


def _cached(folder: Path, name: str) -> bytes | None:
    """Return a library from the cache; None if it is missing, damaged, or not the user's own."""
    try:
        opened = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(opened, "rb") as file:
            if not _is_own(os.fstat(file.fileno()), stat.S_ISREG, 0o022):
                return None
            digest, content = file.read(_DIGEST), file.read()
    except OSError:
        return None
    return content if sha256(content).digest() == digest else None


def _keep(target: Path, content: bytes) -> None:
    """Write a library into the cache; where that fails, it is built again the next time."""
    try:
        target.unlink(missing_ok=True)  # what was damaged, or not the user's own
        write_whole(target, sha256(content).digest() + content)
        target.chmod(0o600)
    except (OSError, FileError):
        return


def _loaded(content: bytes, folder: Path | None) -> ctypes.CDLL:
    """Load a library from a copy that nobody else can write."""
    with tempfile.TemporaryDirectory(prefix=".loading-", dir=folder or None) as private:
        path = Path(private, "program.so")
        path.write_bytes(content)
        return ctypes.CDLL(str(path))
