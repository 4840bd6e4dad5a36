"""Images as inputs: paper and ink, scaling and centring, and files that are not images."""

from __future__ import annotations

import zlib
from random import Random

import numpy as np
import pytest

from autodiff.errors import ShapeError
from nn.data.images import read_image, square_inputs
from nn.errors import DataError

images = pytest.importorskip("PIL.Image")


def stroke(size: tuple[int, int], paper: int, ink: int, top: int = 3, left: int = 5):
    """A picture with an upright bar."""
    height = size[0]
    pixels = np.full(size, paper, np.uint8)
    pixels[top : top + height // 2, left : left + 4] = ink
    return pixels


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255)])
def test_a_picture_of_the_right_size_is_taken_as_it_is(paper, ink, tmp_path) -> None:
    images.fromarray(stroke((28, 28), paper, ink)).save(tmp_path / "a.png")
    inputs = np.array(read_image(tmp_path / "a.png", 784)).reshape(28, 28)
    assert inputs.tolist() == stroke((28, 28), 0, 1).tolist()


@pytest.mark.parametrize("place", [(3, 5), (40, 60), (0, 0)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P", "LA"])
def test_ink_of_a_larger_picture_is_centred_wherever_it_stands(mode, place, tmp_path) -> None:
    top, left = place
    picture = images.fromarray(stroke((80, 100), 255, 0, top, left))
    picture.convert(mode).save(tmp_path / "a.png")
    inputs = np.array(read_image(tmp_path / "a.png", 784)).reshape(28, 28)
    rows, columns = (np.flatnonzero(inputs.any(axis)) for axis in (1, 0))
    assert (rows[0], rows[-1]) == (4, 23)  # 20 rows of ink, 4 of paper on either side
    assert len(columns) == 2
    assert columns[0] in {13, 14}
    assert inputs.max() == pytest.approx(1.0)


def test_transparent_pixels_are_paper(tmp_path) -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10:50, 25:35, 3] = 255  # black ink, seen only here
    images.fromarray(pixels).save(tmp_path / "a.png")
    assert 0 < np.mean(read_image(tmp_path / "a.png", 784)) < 0.3


@pytest.mark.parametrize("side", [1, 2, 5, 8, 28, 64])
@pytest.mark.parametrize("shape", [(9, 200), (200, 9), (1, 1), (3, 3)])
def test_every_shape_fits_every_square(shape, side) -> None:
    grey = np.ones((300, 300))
    grey[20 : 20 + shape[0], 30 : 30 + shape[1]] = 0.0
    inputs = square_inputs(grey.tolist(), side)
    assert len(inputs) == side * side
    assert 0 <= min(inputs) <= max(inputs) <= 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "a picture in .*a.png, got .*No such file"),
        (b"", "a picture in .*a.png, got cannot identify"),
        (b"\x89PNG\r\n\x1a\n damaged", "a picture in .*a.png"),
        ("blank", "ink in .*a.png, got a picture without any"),
    ],
)
def test_a_file_that_is_not_an_image_is_named(content, message, tmp_path) -> None:
    if content == "blank":
        images.new("L", (50, 50), 255).save(tmp_path / "a.png")
    elif content is not None:
        (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_image(tmp_path / "a.png", 784)


def test_the_number_of_inputs_must_be_a_square(tmp_path) -> None:
    with pytest.raises(ShapeError, match="whose inputs are a square image, got 2 inputs"):
        read_image(tmp_path / "a.png", 2)


def digit(paper: float, ink: float, size: tuple[int, int] = (90, 120)):
    """A ring and a bar, as grey levels."""
    grey = np.full(size, paper)
    grey[20:60, 40:46] = ink
    grey[20:26, 40:70] = ink
    return grey


def shape_of(inputs) -> np.ndarray:
    return np.array(inputs) > 0.5


@pytest.mark.parametrize("paper", [1.0, 0.8, 0.6])
@pytest.mark.parametrize("noise", [0.0, 0.02, 0.05])
@pytest.mark.parametrize("darkest", [1.0, 0.6])
@pytest.mark.parametrize("is_dark", [True, False])
def test_a_photograph_shows_what_the_clean_image_does(paper, noise, darkest, is_dark) -> None:
    clean = shape_of(square_inputs(digit(1.0, 0.0), 28))
    grey = digit(paper, 0.1 * paper) * np.linspace(darkest, 1, 120)
    grey = grey if is_dark else 1 - grey
    grey = grey + np.random.default_rng(0).normal(0, noise, grey.shape)
    found = square_inputs(grey.clip(0, 1), 28)
    assert found is not None
    assert np.mean(shape_of(found) == clean) > 0.9


@pytest.mark.parametrize("size", [(28, 28), (90, 120)])
@pytest.mark.parametrize("paper", [1.0, 0.6, 0.0])
@pytest.mark.parametrize("noise", [0.0, 0.05])
@pytest.mark.parametrize("darkest", [1.0, 0.6])
def test_an_empty_sheet_has_no_ink(size, paper, noise, darkest) -> None:
    for seed in range(5):
        grey = np.full(size, paper) * np.linspace(darkest, 1, size[1])
        grey = grey + np.random.default_rng(seed).normal(0, noise, size)
        assert square_inputs(grey.clip(0, 1), 28) is None


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (6, 90), (3, 180), (8, 270)])
def test_the_camera_says_how_it_was_held(orientation, turns, tmp_path) -> None:
    upright = images.fromarray((digit(0.9, 0.1) * 255).astype(np.uint8))
    exif = images.Exif()
    exif[0x0112] = orientation
    upright.rotate(turns, expand=True).save(tmp_path / "a.jpg", exif=exif, quality=95)
    clean = shape_of(square_inputs(digit(1.0, 0.0), 28))
    assert np.mean(shape_of(read_image(tmp_path / "a.jpg", 784)) == clean) > 0.95


@pytest.mark.parametrize("kind", ["uint16", "int32", "float32"])
def test_deep_pictures_are_read(kind, tmp_path) -> None:
    deep = (digit(1.0, 0.0) * (1.0 if kind == "float32" else 65535)).astype(kind)
    images.fromarray(deep).save(tmp_path / "a.tiff")
    clean = shape_of(square_inputs(digit(1.0, 0.0), 28))
    assert (shape_of(read_image(tmp_path / "a.tiff", 784)) == clean).all()


FORMATS = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "ICO"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_damaged_picture_is_an_error_of_ours_or_a_picture(kind, tmp_path) -> None:
    """Bytes are changed, cut off, or doubled at random."""
    path = tmp_path / "a"
    images.fromarray((digit(1.0, 0.0) * 255).astype(np.uint8)).save(path, format=kind)
    whole = path.read_bytes()
    random = Random(kind)
    refused = 0
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(random.randint(1, 8)):
            place = random.randrange(min(len(content), random.choice([40, 10**6])))
            match random.randrange(3):
                case 0:
                    content[place] = random.randrange(256)
                case 1:
                    content[place : place + 4] = b"\xff" * 4
                case _:
                    del content[place : place + random.randint(1, 20)]
        path.write_bytes(content)
        try:
            assert len(read_image(path, 784)) == 784
        except DataError:
            refused += 1
    assert refused


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(tmp_path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    sides = (60_000).to_bytes(4, "big") * 2
    head, body = chunk(b"IHDR", sides + b"\x08\x02\0\0\0"), chunk(b"IDAT", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + head + body)
    with pytest.raises(DataError, match=r"a\.png"):
        read_image(tmp_path / "a.png", 784)


def test_a_blank_strip_shows_no_ink():
    for rows in range(1, 40):
        assert square_inputs(np.full((rows, 512), 1.0), 8) is None
        assert square_inputs(np.full((512, rows), 0.6), 8) is None
