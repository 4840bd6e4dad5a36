"""Images as inputs: paper and ink, scaling and centring, and files that are not images."""

from __future__ import annotations

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
