"""`mnist`: 70,000 images of handwritten digits, 28 x 28 grey levels, from the four idx files.

>>> mnist("no/such/folder")
Traceback (most recent call last):
...
nn.errors.DataError: expected the four files of MNIST in no/such/folder, got none of \
train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, \
t10k-labels-idx1-ubyte.gz: put them there, gzipped or not
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from autodiff import WrongTypeError
from autodiff.extend import described, file_error, numpy, package
from nn.errors import DataError

from .download import fetch
from .examples import Examples, Split
from .idx import idx_shape, read_idx

VARIABLE = "CHALKGRAD_DATA"
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
# each file with its SHA-256
FILES = {
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}
_COUNTS = (60_000, 10_000)  # of MNIST itself; other files may hold any number
_SIDE = 28
_CLASSES = 10


class Mirrors(NamedTuple):
    """Where the files are downloaded from.

    Args:
        addresses: that the names of the files are appended to, tried in order.
        files: the SHA-256 of each file by its name.
    """

    addresses: Sequence[str] = MIRRORS
    files: dict[str, str] = FILES


def mnist(path: str | Path | None = None, *, mirrors: Mirrors | None = None) -> Split:
    """Return the images of MNIST.

    Without a path, they are read from the folder that the environment variable CHALKGRAD_DATA
    names, or its subfolder `mnist`; else from the user's cache directory, to which they are
    downloaded (11 MB) the first time.

    Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST Database, after LeCun, Bottou, Bengio,
    Haffner 1998.

    Args:
        path: of a folder with the four files, gzipped or not.
        mirrors: where to download from, in place of the well-known mirrors.

    Returns:
        60,000 examples to learn from and 10,000 held out. The inputs of each are 784 grey levels
        from 0, paper, to 1, ink, row by row; its 10 targets are 1 at the digit that it shows and 0
        elsewhere.

    Raises:
        DataError: if a file is missing, empty, cut off, damaged or of another format, or cannot be
            downloaded; if CHALKGRAD_DATA does not name a folder; or if the two parts are swapped.
        WrongTypeError: if `path` is not a path, or `mirrors` not Mirrors.
        FileError: if a downloaded file cannot be written.
        MissingPackageError: if platformdirs is needed and not installed.
    """
    mirrors = Mirrors() if mirrors is None else mirrors
    if not isinstance(mirrors, Mirrors):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("Mirrors", described(mirrors), "leave mirrors out")
    folder = _folder(path, mirrors)
    parts = [
        _examples(folder, f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte")
        for part in ("train", "t10k")
    ]
    counts = [len(part) for part in parts]
    if counts == [*reversed(_COUNTS)]:
        remedy = "exchange the names train-... and t10k-..."
        raise DataError(
            f"{_COUNTS[0]} examples to learn from and {_COUNTS[1]} others in {folder}",
            f"{counts[0]} and {counts[1]}",
            remedy,
        )
    return Split(*parts)


def has_mnist(path: str | Path | None = None) -> bool:
    """Return whether `mnist(path)` finds all four files without a download.

    Args:
        path: of a folder, as for `mnist`; by default, the places where `mnist` looks.

    Raises:
        WrongTypeError: if `path` is not a path.

    >>> has_mnist("no/such/folder")
    False
    """
    named = os.environ.get(VARIABLE)
    if path is None and named and not Path(named).is_dir():
        return False
    places = [Path(named), Path(named) / "mnist"] if named else []
    if path is not None:
        places = [_given(path)]
    elif find_spec("platformdirs") is not None:
        places.append(_cache())
    return any(not _missing(place) for place in places)


def _given(path: str | Path) -> Path:
    try:
        return Path(path)
    except TypeError as error:
        remedy = "name the folder with the four files of MNIST"
        raise WrongTypeError("a path", described(path), remedy) from error


def _cache() -> Path:
    return Path(package("platformdirs").user_cache_dir("chalkgrad")) / "mnist"


def _folder(path: str | Path | None, mirrors: Mirrors) -> Path:
    """Return a folder with all four files; without a path or variable, download them."""
    if path is not None:
        folder = _given(path)
        _demand_all(folder)
        return folder
    named = os.environ.get(VARIABLE)
    if named and not Path(named).is_dir():
        remedy = "name the folder with the four files of MNIST, or unset the variable"
        raise DataError(f"a folder in {VARIABLE}", f"{named}, which is not one", remedy)
    for place in (Path(named), Path(named) / "mnist") if named else ():
        if len(_missing(place)) < len(FILES):
            _demand_all(place)
            return place
    cache = _cache()
    missing = _missing(cache)
    if missing:
        _download(cache, missing, mirrors)
    return cache


def _download(cache: Path, missing: Sequence[str], mirrors: Mirrors) -> None:
    remedy = (
        f"put {', '.join(FILES)} into the folder {cache}, or into another one that {VARIABLE} names"
    )
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(cache, error) from error
    for name in missing:
        fetch(name, mirrors.addresses, mirrors.files[name], cache / name, remedy)


def _found(folder: Path, name: str) -> Path | None:
    """Return a file under any of its usual names, gzipped or not."""
    stem = name.removesuffix(".gz")
    dotted = stem.replace("-idx", ".idx")
    candidates = (folder / f"{each}{end}" for each in (stem, dotted) for end in ("", ".gz"))
    try:
        return next((path for path in candidates if path.is_file()), None)
    except OSError:  # the name is too long, or the folder may not be searched
        return None


def _missing(folder: Path) -> list[str]:
    return [name for name in FILES if _found(folder, name) is None]


def _demand_all(folder: Path) -> None:
    missing = _missing(folder)
    if missing:
        amount = "none of " if len(missing) == len(FILES) else "no "
        raise DataError(
            f"the four files of MNIST in {folder}",
            f"{amount}{', '.join(missing)}",
            "put them there, gzipped or not",
        )


def _examples(folder: Path, images_name: str, labels_name: str) -> Examples:
    images_path, labels_path = _found(folder, images_name), _found(folder, labels_name)
    assert images_path is not None
    assert labels_path is not None
    shape, labels_shape = idx_shape(images_path), idx_shape(labels_path)
    if len(shape) != 3 or shape[1:] != (_SIDE, _SIDE):
        raise DataError(
            "images of 28 x 28 pixels", f"{images_path}, of shape {shape}", "replace it"
        )
    if not shape[0]:
        raise DataError("at least one image", f"none in {images_path}", "replace the file")
    if labels_shape != shape[:1]:
        remedy = "take both files from one source"
        raise DataError(
            f"a label for each of {shape[0]} images",
            f"{labels_path}, of shape {labels_shape}",
            remedy,
        )
    images, labels = read_idx(images_path), read_idx(labels_path)
    if labels.max() >= _CLASSES:
        raise DataError("labels 0 to 9", f"{labels.max()} in {labels_path}", "replace the file")
    return Examples(images.reshape(len(images), -1), numpy().eye(_CLASSES)[labels])
