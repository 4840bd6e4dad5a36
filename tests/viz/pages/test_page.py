"""Pages: what stands in the file, and what is refused."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from math import inf, nan
from pathlib import Path

import pytest

import viz
from autodiff import FileError, OptionError, Value, WrongTypeError
from viz.pages.modules import combined
from viz.pages.page import Page, json_text

HOSTILE = ["</script><script>alert(1)</script>", "<!--", "]]>", "\u2028", "\ud800", "&lt;", "'\""]


@pytest.mark.parametrize("text", HOSTILE)
def test_data_is_only_data(text):
    written = json_text({text: [text, nan, -inf, 1.5, -0.0]})
    assert not re.search("[<>&\u2028\ud800]", written)
    assert json.loads(written) == {text: [text, "NaN", "-Infinity", 1.5, -0.0]}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_is_only_text(text):
    html = Page(text, "", {}).html
    assert html.count("<script") == 2
    assert html.encode()


def test_only_the_script_of_the_page_may_run():
    html = Page("title", "", {}, script="run();").html
    script = html.rsplit("<script>", 1)[1].split("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html


def test_modules_are_combined_in_the_order_of_their_imports(tmp_path: Path):
    (tmp_path / "a.js").write_text(
        'import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n'
    )
    (tmp_path / "b.js").write_text('import { c } from "./c.js";\nexport const b = (x) => x + c;\n')
    (tmp_path / "c.js").write_text("export const c = 1;\n")
    expected = "const c = 1;\n\nconst b = (x) => x + c;\n\nb(c);\n"
    assert combined(tmp_path / "a.js") == expected


def test_one_name_in_two_modules_is_refused(tmp_path: Path):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nconst twice = b;\n')
    (tmp_path / "b.js").write_text("const twice = 1;\nexport const b = 2;\n")
    with pytest.raises(AssertionError, match="twice"):
        combined(tmp_path / "a.js")


def test_a_page_is_saved_as_html(tmp_path: Path):
    page = viz.explore(Value(2.0, label="x") * 3)
    assert page.save(tmp_path / "page.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(OptionError, match=r"expected a path that ends in \.html"):
        page.save(tmp_path / "page.svg")
    with pytest.raises(WrongTypeError):
        page.save(3)
    with pytest.raises(FileError):
        page.save(tmp_path / "no" / "page.html")


def test_a_page_is_shown_in_a_browser(monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    page = viz.explore(Value(2.0, label="x") * 3)
    path = page.show()
    assert opened == [path.as_uri()]
    assert path.read_text(encoding="utf-8") == page.html
    path.unlink()


@pytest.mark.parametrize(
    ("loss", "options", "error"),
    [
        (3.0, {}, WrongTypeError),
        ([Value(1.0)], {}, WrongTypeError),
        (Value(1.0), {"digits": 0}, OptionError),
        (Value(1.0), {"direction": "up"}, OptionError),
        (Value(1.0), {"limit": 0}, OptionError),
        (Value(1.0), {"names": 3}, WrongTypeError),
        (Value(1.0), {"title": 3}, WrongTypeError),
    ],
)
def test_what_is_no_graph_or_option_is_refused(loss, options, error):
    with pytest.raises(error):
        viz.explore(loss, **options)


def test_a_page_reads_and_changes_no_gradient():
    x = Value(2.0, label="x")
    loss = x * x
    viz.explore(loss)
    assert (x.grad, loss.grad, x.data) == (0.0, 0.0, 2.0)
