"""A notebook with every public picture, table and report, as a page in Chromium.

The page is opened at two widths, light and dark, whatever the system prefers. Screenshots are left
in build/browser.
"""

from __future__ import annotations

import inspect
import io
import itertools

import pytest
from PIL import Image

import autodiff
import nn
import viz
from autodiff.extend import Tabular
from tests.browser.cells import CELLS
from tests.browser.exported import ROOT, executed, exported

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "build" / "browser"
SHOWN_ELSEWHERE = {"show"}  # it opens a viewer
CHECKS = (ROOT / "tests" / "browser" / "page_checks.js").read_text(encoding="utf-8")
GROUND = {"light": (255, 255, 255), "dark": (17, 24, 39)}
NEEDED = ("ipykernel", "nbclient", "nbconvert", "nbformat", "playwright")


@pytest.fixture(scope="module")
def notebook():
    for name in NEEDED:
        pytest.importorskip(name)
    return executed()


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request, notebook, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    path.write_text(exported(notebook, request.param), encoding="utf-8")
    return request.param, path


def test_the_notebook_has_every_public_picture_and_report():
    names = {name.split(" ")[0] for name in CELLS}
    pictures = {f"viz.{name}" for name in viz.__all__ if inspect.isroutine(getattr(viz, name))}
    assert pictures - names == {f"viz.{name}" for name in SHOWN_ELSEWHERE}


def test_every_kind_of_report_is_shown_and_nothing_is_said_beside(notebook):
    classes = [getattr(package, name) for package in (autodiff, nn) for name in package.__all__]
    reports = {
        kind.__name__ for kind in classes if isinstance(kind, type) and issubclass(kind, Tabular)
    }
    [last] = notebook.cells[-1].outputs
    shown = set(last.data["text/plain"].replace("'", "").strip("[]").replace("\n", "").split(", "))
    shown = {name.strip() for name in shown}
    assert reports | {"Drawing", "Steps", "Tree", "PlotAxes", "PlotAxes3D", "PlotFigure"} <= shown
    streams = [out for cell in notebook.cells for out in cell.get("outputs", ()) if "text" in out]
    assert streams == []


def test_the_bar_of_fit_leaves_its_last_state_alone(notebook):
    [cell] = [cell for cell in notebook.cells if "nn.fit(" in cell.source and "outputs" in cell]
    [bar] = cell.outputs
    assert 'value="60" max="60"' in bar.data["text/html"]
    assert bar.data["text/plain"].startswith("60 of 60 steps · epoch 30/30 · loss ")
    assert "left" not in bar.data["text/plain"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_is_sound_and_in_its_theme(themed, opened, width, scheme):
    theme, path = themed
    page, heard = opened(path, width, scheme)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    whole = page.screenshot(path=SCREENSHOTS / f"{theme}-{scheme}-{width}.png")
    assert heard == []
    assert page.evaluate(CHECKS) == []
    for number, (title, picture) in enumerate(pictures(page, whole)):
        assert len(picture.getcolors(1 << 24)) > 8, f"{title} is empty"
        fixed = next((name for name in ("dark", "print") if f"({name}" in title), theme)
        ground = GROUND["dark" if fixed == "dark" else "light"]
        assert picture.getpixel((2, 2)) == ground, f"{title} ({number}) on another ground"


def pictures(page, screenshot):
    """Return the name of each cell with a picture, and the picture."""
    whole, title = Image.open(io.BytesIO(screenshot)).convert("RGB"), ""
    found = 0
    for element in page.query_selector_all("h2, .jp-OutputArea-output svg"):
        box = element.bounding_box()
        if element.evaluate("each => each.tagName") == "H2":
            title = element.inner_text().removesuffix("¶")
        elif box is not None and box["width"]:  # a frame that is not shown has none
            left, top = round(box["x"]), round(box["y"])
            right, bottom = round(box["x"] + box["width"]), round(box["y"] + box["height"])
            found += 1
            yield title, whole.crop((left, top, right, bottom))
    others = 3  # a tree is text, and two are pages in frames
    assert found >= sum(title.startswith("viz.") for title in CELLS) - others


def test_a_file_follows_light_and_dark_by_itself(opened, tmp_path):
    x = autodiff.Value(2.0, label="x")
    plain = viz.draw(x * 3).save(tmp_path / "plain.svg")
    chosen = viz.draw(x * 3, theme="light").save(tmp_path / "chosen.svg")
    for path, scheme in itertools.product((plain, chosen), ("light", "dark")):
        page, heard = opened(path, 600, scheme)
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        ground = GROUND[scheme if path is plain else "light"]
        assert image.getpixel((2, 2)) == ground, (path.name, scheme)
        assert heard == []


def test_each_player_shows_the_frame_that_was_asked_for(themed, opened):
    _, path = themed
    page, heard = opened(path, 1280, "light")
    first, second = page.query_selector_all("form.chalkgrad-steps")[:2]

    def shown(player):
        frames = player.query_selector_all(":scope > div")
        return [place for place, frame in enumerate(frames) if frame.is_visible()]

    assert (shown(first), shown(second)) == ([0], [0])
    second.query_selector("input[aria-label='2']").click()
    assert (shown(first), shown(second)) == ([0], [2])
    second.query_selector(":scope > input:checked").press("ArrowRight")
    assert (shown(first), shown(second)) == ([0], [3])
    assert heard == []


def test_a_click_shows_a_picture_in_full_size(themed, opened):
    _, path = themed
    page, _ = opened(path, 400, "light")
    picture = page.query_selector(".chalkgrad-picture svg")
    before = picture.bounding_box()["width"]
    picture.click()
    assert picture.bounding_box()["width"] > 1.5 * before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_checks_find_what_is_wrong(opened, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(
        '<body style="background: #fff"><div class="jp-OutputArea-output" style="width: 300px">'
        '<p style="color: #bbb">faint</p>'
        '<svg id="a" width="900" height="9"><text y="9" fill="#ccc">pale</text></svg>'
        '<svg id="a" width="90" height="90"><rect width="90" height="90" fill="#222"/>'
        '<text y="40">dark on dark</text></svg></div></body>',
        encoding="utf-8",
    )
    page, _ = opened(path, 600, "light")
    found = "\n".join(page.evaluate(CHECKS))
    for text in ('"faint"', '"pale"', '"dark on dark"', "900 x 9", "wider", "sideways", "twice: a"):
        assert text in found
