"""Files written whole: links, permissions, pipes, small and read-only file systems."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from autodiff import FileError, WrongTypeError
from autodiff.extend import checked_path, write_whole


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix == ".part"]


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "a.svg"
    assert write_whole(path, b"one") == path
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_replaced_file_keeps_its_permissions(mode, tmp_path):
    path = tmp_path / "a.svg"
    path.touch()
    path.chmod(mode)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "usual").touch()
    write_whole(tmp_path / "a.svg", b"new")
    assert (tmp_path / "a.svg").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_and_its_file_is_replaced(is_there, tmp_path):
    (tmp_path / "below").mkdir()
    file, link = tmp_path / "below" / "file.svg", tmp_path / "link.svg"
    if is_there:
        file.write_bytes(b"old")
    link.symlink_to("below/file.svg")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_circle_of_links_is_refused_and_stays(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FileError, match="symbolic links"):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").is_symlink()


def test_a_pipe_is_written_to_and_stays(tmp_path):
    path = tmp_path / "pipe.svg"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    write_whole(path, b"new")
    reader.join()
    assert read == [b"new"]
    assert path.is_fifo()


def test_a_device_stays():
    write_whole(Path("/dev/null"), b"new")
    assert Path("/dev/null").is_char_device()


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(FileError, match="Is a directory"):
        write_whole(tmp_path, b"new")


@contextmanager
def file_system(folder: Path, options: str):
    """Mount a file system in memory, which takes root."""
    if os.name == "nt" or os.geteuid():
        pytest.skip("only root can mount a small file system")
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this machine allows no small file system")
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", folder], check=True)


def test_a_full_disk_keeps_the_old_file(tmp_path):
    with file_system(tmp_path / "small", "size=64k"):
        path = tmp_path / "small" / "a.svg"
        write_whole(path, b"old")
        with pytest.raises(FileError, match=r"a\.svg' \(No space left on device\)"):
            write_whole(path, b"new" * 50_000)
        assert path.read_bytes() == b"old"
        assert not parts(path.parent)


def test_a_read_only_file_system_keeps_the_old_file(tmp_path):
    with file_system(tmp_path / "small", "size=64k"):
        path = tmp_path / "small" / "a.svg"
        write_whole(path, b"old")
        subprocess.run(["/bin/mount", "-o", "remount,ro", path.parent], check=True)
        with pytest.raises(FileError, match=r"a\.svg' \((Read-only|Permission)"):
            write_whole(path, b"new")
        assert path.read_bytes() == b"old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("protected", ["a.svg", "."])
def test_a_protected_file_or_folder_is_refused(protected, tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    (tmp_path / protected).chmod(0o555)
    with pytest.raises(FileError, match="Permission denied"):
        write_whole(path, b"new")
    (tmp_path / protected).chmod(0o755)
    assert path.read_bytes() == b"old"


def test_threads_that_write_one_file_leave_one_of_the_contents(tmp_path):
    path = tmp_path / "a.svg"
    contents = [bytes([65 + index]) * 200_000 for index in range(4)]
    path.write_bytes(contents[0])
    seen: list[bytes] = []

    def work(content: bytes) -> None:
        for _ in range(10):
            write_whole(path, content)
            seen.append(path.read_bytes())

    threads = [threading.Thread(target=work, args=(content,)) for content in contents]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(seen) == 40
    assert set(seen) <= set(contents)
    assert not parts(tmp_path)


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        (3, WrongTypeError, "got int 3: write 'a.svg'"),
        (b"a.svg", WrongTypeError, "got bytes"),
        ("", FileError, "got an empty one"),
        ("a\0", FileError, "leave the NUL character out"),
        ("a\ud800", FileError, "leave halves of surrogate pairs out"),
    ],
)
def test_what_is_not_a_path_is_refused(path, error, message):
    with pytest.raises(error, match=message):
        checked_path(path, "a.svg")


@pytest.mark.parametrize("name", ["a\0", "a\ud800", "a" * 300])
def test_a_name_that_cannot_be_one_is_an_error_of_ours(name, tmp_path):
    with pytest.raises(FileError):
        write_whole(tmp_path / name, b"new")
    assert not list(tmp_path.iterdir())
