"""The backward pass as frames: what happens in each, and files of them."""

import sys
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autodiff import Value
from autodiff.extend import Graph
from tests.viz.backprop.stepped import doubled_twice, neuron, plans, random_graph, texts
from viz import (
    FileError,
    MissingPackageError,
    OptionError,
    Steps,
    WrongTypeError,
    steps,
)
from viz.backprop.sweep import ordered_steps, recursive_steps
from viz.themes import THEMES


@given(plans, st.sampled_from(["node", "level"]))
def test_the_last_step_has_the_gradients_and_passes_on_only_what_is_complete(plan, by):
    loss = random_graph(plan)
    found = ordered_steps(Graph([loss]), by)
    loss.backward()
    assert all(value == node.grad for node, value in found[-1].adjoints.items())
    assert found[-1].complete == set(found[-1].adjoints)
    for before, step in pairwise(found):
        assert set(step.givers) <= before.complete
        assert all(r.outer == before.adjoints[r.giver] for r in step.receipts)
        assert all(r.amount == r.outer * r.factor for r in step.receipts)


def test_there_is_a_step_for_the_start_and_for_each_computed_node():
    loss = neuron()
    assert [len(step.receipts) for step in ordered_steps(Graph([loss]), "node")] == [0, 1, 2, 2]


def test_a_level_is_all_nodes_that_are_equally_far_from_the_loss():
    x = Value(2.0)
    loss = x.exp() + x.tanh() * x
    sizes = [len(step.givers) for step in ordered_steps(Graph([loss]), "level")]
    assert sizes == [0, 1, 2, 1]


def naive(node):
    """The naive order as one writes it down; `grad` holds the adjoints."""
    for parent, derivative in zip(node.parents, node.local_derivatives, strict=True):
        parent.grad += node.grad * derivative
        naive(parent)


@given(plans)
def test_the_recursive_order_is_that_of_the_naive_program(plan):
    loss = random_graph(plan)
    found = recursive_steps(Graph([loss]))
    loss.grad = 1.0
    naive(loss)
    assert all(value == node.grad for node, value in found[-1].adjoints.items())


def test_the_recursive_order_is_wrong_and_says_so():
    a, b, c = doubled_twice()
    found = steps(c, order="recursive")
    assert found.adjoints == {c: 1.0, b: 2.0, a: 6.0}
    assert steps(c).adjoints == {c: 1.0, b: 2.0, a: 4.0}
    assert texts(found[-1])[:1] == [
        "7 of 7: a is wrong: something passed on before it had everything"
    ]
    assert texts(found[-1])[1:5] == ["adjoint", "right", "may lack a part", "wrong"]
    box = texts(found[-1])[5:12]
    assert box == ["a", "data", "3", "grad", "6", "right", "4"]
    assert all("right" not in texts(frame)[5:] for frame in list(found)[:-1])


def test_without_a_value_used_twice_the_recursive_order_is_right():
    found = steps(neuron(), order="recursive")
    assert "all is right here" in texts(found[-1])[0]
    assert "right" not in texts(found[-1])[5:]


def test_steps_change_nothing():
    loss = neuron()
    steps(loss)
    assert loss.grad == 0.0


def test_a_gif_has_a_frame_for_each_step(tmp_path):
    found = steps(neuron())
    path = found.save(tmp_path / "x.gif")
    with Image.open(path) as image:
        assert image.n_frames == len(found) == 4
        assert 400 < image.width <= 1600
        assert image.height > 100
        first = image.convert("RGB").tobytes()
        image.seek(1)
        assert image.convert("RGB").tobytes() != first
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_gif_is_no_larger_than_a_projector(direction):
    value = Value(1.0)
    for _ in range(12):
        value = value * 1.5
    with Image.open(BytesIO(steps(value, "level", direction=direction).render())) as image:
        assert max(image.size) in {1599, 1600}


@pytest.mark.parametrize("theme", THEMES)
def test_a_gif_keeps_the_colour_of_every_kind_of_number(theme):
    colors = THEMES[theme]
    wanted = [colors.gradient, colors.local_derivative, colors.emphasis, colors.leaf_band]
    with Image.open(BytesIO(steps(neuron(), theme=theme).render())) as image:
        image.seek(2)
        found = [color for _, color in image.convert("RGB").getcolors(1 << 20)]
    for color in wanted:
        exact = bytes.fromhex(color.removeprefix("#"))
        assert min(max(abs(a - b) for a, b in zip(exact, near, strict=True)) for near in found) < 20


def test_frames_of_a_hundred_terms_are_drawn_no_larger_than_shown(monkeypatch):
    value = Value(0.0)
    for number in range(100):
        value = value + Value(float(number))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1600 * 1600)  # Pillow warns of more
    with Image.open(BytesIO(Steps(list(steps(value))[:3], {}).render())) as image:
        assert image.n_frames == 3
        assert max(image.size) in {1599, 1600}


@pytest.mark.parametrize("name", ["folder", "folder/"])
def test_a_folder_gets_a_picture_for_each_step(tmp_path, name):
    found = steps(neuron())
    folder = found.save(f"{tmp_path}/{name}")
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [f"frame-{i:03}.svg" for i in range(4)]
    assert files[2].read_bytes() == found[2].render("svg")


def test_frames_of_longer_steps_do_not_stay(tmp_path):
    (tmp_path / "mine.txt").touch()
    steps(neuron()).save(tmp_path)
    steps(Value(1.0) * 2).save(tmp_path)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["frame-000.svg", "frame-001.svg", "mine.txt"]


def test_without_pillow_a_gif_is_an_error_and_a_folder_works(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    found = steps(neuron())
    with pytest.raises(MissingPackageError, match=r"pip install \"chalkgrad\[pictures\]\""):
        found.save(tmp_path / "x.gif")
    assert not list(tmp_path.iterdir())
    found.save(tmp_path / "folder")
    assert found._repr_mimebundle_()["text/html"].count("<svg") == 4


def test_a_notebook_gets_every_frame_on_a_page_without_a_script():
    found = steps(Value(1.0) * 2)
    bundle = found._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]
    assert bundle["text/html"].count("<svg") == bundle["text/html"].count('type="radio"') == 2
    assert "<script" not in bundle["text/html"]
    assert list(found._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert repr(found) == "Steps(2 frames; .save('name.gif'), .save('folder/'), [0], .adjoints)"


def test_of_many_frames_a_notebook_gets_the_first_and_a_remark():
    value = Value(1.0)
    for _ in range(50):
        value = value * 2.0
    found = steps(value)
    bundle = found._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]
    assert bundle["text/html"].count("<svg") == 1
    assert "<p>the first of 51 frames; steps[i] shows another" in bundle["text/html"]


def test_only_what_a_notebook_wants_is_drawn(monkeypatch):
    found = steps(Value(1.0) * 2)
    monkeypatch.setattr(Steps, "svgs", lambda _: pytest.fail("drawn"))
    assert list(found._repr_mimebundle_(exclude={"text/html"})) == ["text/plain"]


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("", FileError, r"a path to save to, got an empty one: write 'steps\.gif'"),
        ("a\0", FileError, r"got 'a\\x00': leave the NUL character out"),
        (None, WrongTypeError, r"a path to save to, got NoneType None: write 'steps\.gif'"),
        (3, TypeError, r"got int 3"),
    ],
)
def test_what_is_no_path_is_an_error_and_nothing_is_written(
    path, kind, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind, match=message):
        steps(Value(1.0) * 2).save(path)
    assert not list(tmp_path.iterdir())


def test_another_ending_is_an_error(tmp_path):
    with pytest.raises(OptionError, match=r"ends in \.gif, or a folder, got '.*x\.mp4'"):
        steps(Value(1.0)).save(tmp_path / "x.mp4")


@pytest.mark.parametrize("name", ["missing/folder", "missing/x.gif", "taken"])
def test_a_path_that_cannot_be_written_is_an_error(tmp_path, name):
    (tmp_path / "taken").touch()
    with pytest.raises(FileError, match="a path that can be written"):
        steps(Value(1.0) * 2).save(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "edge"}, "by as one of 'node', 'level', got str 'edge'"),
        ({"order": "random"}, "order as one of 'topological', 'recursive', got str 'random'"),
        ({"by": "level", "order": "recursive"}, "by='node' with the recursive order"),
        ({"theme": "neon"}, "theme as one of"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        steps(Value(1.0), **options)


def test_what_is_no_value_is_refused():
    with pytest.raises(WrongTypeError, match=r"a Value, got float 2\.0: pass the Value"):
        steps(2.0)


def test_more_than_anybody_would_watch_is_refused():
    value = Value(1.0)
    for _ in range(200):
        value = value + value
    with pytest.raises(OptionError, match=r"at most 500 steps .* got more than 10\^21"):
        steps(value, order="recursive")
    for _ in range(100):
        value = value + value
    with pytest.raises(OptionError, match="at most 300 Values to step through, got 301 Values"):
        steps(value)
