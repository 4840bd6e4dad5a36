"""MNIST: where its files are found, small files of its format, damaged ones, the real ones."""

from __future__ import annotations

import gzip
import os
import sys
import threading
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from autodiff import FileError
from nn.data import has_mnist, mnist
from nn.data.idx import read_idx
from nn.data.mnist import FILES, Mirrors
from nn.errors import DataError

NAMES = list(FILES)
COUNTS = {"train": 5, "t10k": 3}


def idx(array: np.ndarray) -> bytes:
    """The bytes of an idx file."""
    head = bytes([0, 0, 8, array.ndim])
    return head + b"".join(size.to_bytes(4, "big") for size in array.shape) + array.tobytes()


def contents() -> dict[str, bytes]:
    """Five and three images of noise with labels, by the names of MNIST."""
    generator = np.random.default_rng(0)
    made = {}
    for part, count in COUNTS.items():
        images = generator.integers(0, 256, (count, 28, 28), np.uint8)
        made[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(images), mtime=0)
        labels = idx(np.arange(count, dtype=np.uint8))
        made[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(labels, mtime=0)
    return made


def write(folder: Path, changes: dict[str, bytes | None] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (contents() | (changes or {})).items():
        if content is not None:
            (folder / name).write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path) -> Path:
    """An empty cache, and no variable that names a folder."""
    monkeypatch.delenv("CHALKGRAD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "cache" / "chalkgrad" / "mnist"


def test_it_is_known_whether_the_files_are_here(tmp_path, monkeypatch, nowhere) -> None:
    assert not has_mnist()
    assert not has_mnist(tmp_path)
    assert has_mnist(write(tmp_path / "data" / "mnist"))
    for named in ("data", "data/mnist"):
        monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / named))
        assert has_mnist()
    monkeypatch.delenv("CHALKGRAD_DATA")
    write(nowhere)
    assert has_mnist()
    (nowhere / NAMES[2]).unlink()
    assert not has_mnist()


def test_images_and_labels_are_read_as_examples(tmp_path) -> None:
    train, held_out = mnist(write(tmp_path / "data"))
    assert (len(train), len(held_out)) == (5, 3)
    assert train.labels == [0, 1, 2, 3, 4]
    pixels = read_idx(tmp_path / "data" / NAMES[0])
    inputs, targets = train[2]
    assert inputs == (pixels[2].reshape(-1) / 255).tolist()
    assert targets == [float(digit == 2) for digit in range(10)]


@pytest.mark.parametrize("rename", [lambda n: n, lambda n: n.replace("-idx", ".idx")])
@pytest.mark.parametrize("gzipped", [True, False])
def test_names_with_a_dot_and_files_without_gzip_will_do(rename, gzipped, tmp_path) -> None:
    for name, content in contents().items():
        kept = content if gzipped else gzip.decompress(content)
        (tmp_path / rename(name if gzipped else name.removesuffix(".gz"))).write_bytes(kept)
    assert mnist(str(tmp_path)).held_out.labels == [0, 1, 2]


@pytest.mark.parametrize("below", ["", "mnist"])
def test_a_variable_names_the_folder(below, tmp_path, monkeypatch) -> None:
    write(tmp_path / "data" / below)
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "data"))
    assert len(mnist().train) == 5


def test_the_cache_is_the_last_place(nowhere, tmp_path, monkeypatch) -> None:
    pytest.importorskip("platformdirs")
    write(nowhere)
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "empty"))
    assert len(mnist().train) == 5


def test_a_variable_that_does_not_name_a_folder_is_an_error(nowhere, tmp_path, monkeypatch) -> None:
    write(nowhere)
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "mispelt"))
    with pytest.raises(
        DataError, match=r"in CHALKGRAD_DATA, got .*mispelt, which is not one: name"
    ):
        mnist()
    assert not has_mnist()
    assert len(mnist(nowhere).train) == 5


def blank(part: str, count: int) -> dict[str, bytes | None]:
    """The files of one part, of so many white images of 0."""
    images, labels = np.zeros((count, 28, 28), np.uint8), np.zeros(count, np.uint8)
    names = (f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz")
    return {name: idx(array) for name, array in zip(names, (images, labels), strict=True)}


@pytest.mark.parametrize("part", COUNTS)
def test_files_without_images_are_refused(part, tmp_path) -> None:
    with pytest.raises(DataError, match=f"at least one image, got none in .*{part}-images"):
        mnist(write(tmp_path / "data", blank(part, 0)))


def test_the_two_parts_of_mnist_exchanged_are_noticed(tmp_path) -> None:
    folder = write(tmp_path / "data", blank("train", 10_000) | blank("t10k", 60_000))
    with pytest.raises(DataError, match=r"60000 examples to learn from .* got 10000 and 60000"):
        mnist(folder)
    own = mnist(write(folder, blank("train", 3) | blank("t10k", 5)))
    assert [len(part) for part in own] == [3, 5]


WHOLE = contents()
IMAGES, LABELS = NAMES[0], NAMES[1]
UNPACKED = gzip.decompress(WHOLE[IMAGES])
DAMAGED = [
    ({IMAGES: None}, rf"got no {IMAGES}: put them there"),
    ({IMAGES: b""}, rf"{IMAGES}, which begins with nothing"),
    ({IMAGES: WHOLE[IMAGES][:-900]}, rf"a whole gzip file, got a damaged one, .*{IMAGES}"),
    (
        {IMAGES: WHOLE[IMAGES][:500] + b"xx" + WHOLE[IMAGES][502:]},
        rf"a whole gzip file, got a damaged one, .*{IMAGES} \(",
    ),
    ({IMAGES: UNPACKED[:-1]}, rf"3920 bytes after the head of .*{IMAGES}, got 3919, it is cut off"),
    ({IMAGES: UNPACKED + b"x"}, rf"3920 bytes after the head of .*{IMAGES}, got more"),
    ({IMAGES: UNPACKED[:7]}, rf"{IMAGES}, whose 3 sizes are damaged"),
    ({IMAGES: bytes([0, 0, 8, 2]) + b"\xff" * 8}, rf"{IMAGES}, whose 2 sizes are damaged"),
    ({IMAGES: b"PK\x03\x04 a zip file"}, rf"{IMAGES}, which begins with 80 75 3: put the file"),
    ({IMAGES: b"<html>not found</html>"}, rf"{IMAGES}, which begins with 60 104 116"),
    ({IMAGES: WHOLE[LABELS]}, rf"28 x 28 pixels, got .*{IMAGES}, of shape \(5,\)"),
    ({LABELS: WHOLE[NAMES[3]]}, rf"each of 5 images, got .*{LABELS}, of shape \(3,\)"),
    ({LABELS: idx(np.arange(8, 13, dtype=np.uint8))}, rf"labels 0 to 9, got 12 in .*{LABELS}"),
]


@pytest.mark.parametrize(("changes", "message"), DAMAGED)
def test_a_file_that_is_missing_damaged_or_foreign_is_named(changes, message, tmp_path) -> None:
    with pytest.raises(DataError, match=message):
        mnist(write(tmp_path / "data", changes))


def test_a_folder_with_some_of_the_files_is_not_passed_over(tmp_path, monkeypatch) -> None:
    write(tmp_path / "data", {LABELS: None})
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match=f"got no {LABELS}: put them there"):
        mnist()


@pytest.fixture
def server(tmp_path):
    """A web server of small files on this machine."""
    write(tmp_path / "served")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = partial(Quiet, directory=tmp_path / "served")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


DIGESTS = {name: sha256(content).hexdigest() for name, content in WHOLE.items()}


def test_files_are_downloaded_once_and_kept(server, nowhere, capsys) -> None:
    pytest.importorskip("platformdirs")
    mirrors = Mirrors([f"{server}gone/", server], DIGESTS)
    assert mnist(mirrors=mirrors).train.labels == [0, 1, 2, 3, 4]
    assert sorted(path.name for path in nowhere.iterdir()) == sorted(NAMES)
    assert len(mnist(mirrors=Mirrors(["http://127.0.0.1:9/"], DIGESTS)).held_out) == 3
    assert capsys.readouterr() == ("", "")


def test_a_file_with_another_digest_is_not_kept(server, nowhere) -> None:
    pytest.importorskip("platformdirs")
    mirrors = Mirrors([server], DIGESTS | {LABELS: "0" * 64})
    with pytest.raises(DataError, match=f"to download {LABELS}, got .* its SHA-256 is .* not 0000"):
        mnist(mirrors=mirrors)
    assert [path.name for path in nowhere.iterdir()] == [IMAGES]


def test_offline_it_says_which_files_to_put_where(nowhere) -> None:
    pytest.importorskip("platformdirs")
    with pytest.raises(DataError, match="refused") as caught:
        mnist(mirrors=Mirrors(["http://127.0.0.1:9/"], DIGESTS))
    text = str(caught.value)
    assert all(name in text for name in NAMES)
    assert str(nowhere) in text
    assert "CHALKGRAD_DATA" in text


def test_a_cache_that_cannot_be_written_is_named(server, nowhere, monkeypatch) -> None:
    pytest.importorskip("platformdirs")

    def full(*_):
        raise FileError("a path that can be written", "a full disk", "free some")

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[Mirrors.__module__], "fetch", full)
        with pytest.raises(FileError, match="got a full disk: free some"):
            mnist(mirrors=Mirrors([server], DIGESTS))
    nowhere.rmdir()
    nowhere.write_text("a file where the folder should be")
    with pytest.raises(FileError, match=r"got .*mnist' \(File exists\)"):
        mnist(mirrors=Mirrors([server], DIGESTS))


REAL = [os.environ.get("CHALKGRAD_DATA"), "../shared/data/mnist"]


@pytest.mark.parametrize("folder", [next((x for x in REAL if x and Path(x).is_dir()), "")])
def test_the_real_files(folder) -> None:
    if not folder:
        pytest.skip("MNIST is not here: name its folder in CHALKGRAD_DATA")
    folder = folder if (Path(folder) / IMAGES).exists() else Path(folder) / "mnist"
    train, held_out = mnist(folder)
    assert (len(train), len(held_out)) == (60_000, 10_000)
    assert train.labels[:10] == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert held_out.labels[:5] == [7, 2, 1, 0, 4]
    for name, digest in FILES.items():
        assert sha256((Path(folder) / name).read_bytes()).hexdigest() == digest
