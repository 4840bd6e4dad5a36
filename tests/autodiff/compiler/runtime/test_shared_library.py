"""The cache of libraries: found again by content, and nothing loaded that another could write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from autodiff import OptionError, Value, compile
from autodiff.compiler.runtime.shared_library import compiler_command, library_of

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
SEVEN = "int seven(void) { return 7; }\n"
EIGHT = SEVEN.replace("7", "8")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder that nothing was kept in."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "chalkgrad" / "programs"


@pytest.fixture
def builds(monkeypatch):
    """The compiler's runs that build, which are counted and really happen."""
    seen: list[list[str]] = []
    run = subprocess.run

    def counted(command, **options):
        if "-shared" in command:
            seen.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", counted)
    return seen


def test_a_library_is_built_once(cache, builds):
    assert library_of(SEVEN).seven() == 7
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 1
    assert library_of(EIGHT).seven() == 8
    assert len(builds) == 2
    assert len(list(cache.iterdir())) == 2


def test_only_the_user_can_read_or_write_the_cache(cache):
    library_of(SEVEN)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in cache.iterdir()] == [0o600]


@pytest.mark.parametrize("keep", [0, 20, 3_000], ids=["empty", "cut in the digest", "cut short"])
def test_a_damaged_file_is_built_again(cache, builds, keep):
    library_of(SEVEN)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:keep])
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 2
    assert len(file.read_bytes()) == len(whole)


def test_a_file_with_one_other_bit_is_built_again(cache, builds):
    library_of(SEVEN)
    (file,) = cache.iterdir()
    content = bytearray(file.read_bytes())
    content[1_000] ^= 1
    file.write_bytes(content)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 2


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(cache, builds, mode):
    library_of(SEVEN)
    (file,) = cache.iterdir()
    before = file.read_bytes()
    cache.chmod(mode)
    assert library_of(SEVEN).seven() == 7
    assert library_of(EIGHT).seven() == 8
    assert len(builds) == 3
    assert [each.read_bytes() for each in cache.iterdir()] == [before]


def test_a_file_that_others_can_write_to_is_not_loaded(cache, builds):
    library_of(SEVEN)
    (file,) = cache.iterdir()
    file.chmod(0o622)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_links_are_not_followed(cache, builds, tmp_path):
    library_of(SEVEN)
    (file,) = cache.iterdir()
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 2
    assert not file.is_symlink()
    other = tmp_path / "folder"
    cache.rename(other)
    cache.symlink_to(other)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 3


@pytest.mark.skipif(os.getuid() != 0, reason="only the superuser can give files away")
def test_what_belongs_to_another_user_is_not_loaded(cache, builds):
    library_of(SEVEN)
    (file,) = cache.iterdir()
    os.chown(file, 1, 1)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 2
    os.chown(cache, 1, 1)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 3


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/null"])
def test_without_a_folder_to_write_to_it_is_built_for_the_process(monkeypatch, builds, home):
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    assert library_of(SEVEN).seven() == 7
    assert len(builds) == 1


def test_the_compiler_is_cc_from_the_environment_or_the_first_on_the_path(tmp_path):
    assert compiler_command({"CC": "ccache gcc -m64"}) == ["ccache", "gcc", "-m64"]
    clang = tmp_path / "clang"
    clang.write_text("#!/bin/sh\n")
    clang.chmod(0o700)
    assert compiler_command({"PATH": str(tmp_path)}) == [str(clang)]


def test_a_missing_compiler_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    message = r"expected a C compiler \(cc, gcc, clang\) for native='c', got a PATH without one: "
    with pytest.raises(OptionError, match=message + "install gcc or clang, set CC"):
        compile(lambda x: x * x, parameters=[], example=(1.0,), native="c")


@pytest.mark.parametrize(
    "command", ["/no/such/compiler", f"{sys.executable} -c raise(SystemExit(3))"]
)
def test_a_compiler_that_does_not_compile_is_reported(cache, monkeypatch, command):
    monkeypatch.setenv("CC", command)
    with pytest.raises(OptionError, match=r"expected a C compiler .*got .*: install gcc or clang"):
        library_of(SEVEN)
    assert not cache.exists() or not list(cache.iterdir())


def test_another_compiler_has_a_library_of_its_own(cache, monkeypatch, builds):
    w = Value(2.0)
    compile(lambda x: w * x, parameters=[w], example=(1.0,), native="c")
    monkeypatch.setenv("CC", "cc -g0")
    program = compile(lambda x: w * x, parameters=[w], example=(1.0,), native="c")
    assert program([3.0]).tolist() == [6.0]
    assert len(builds) == 2
    assert len(list(cache.iterdir())) == 2
