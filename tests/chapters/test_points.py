"""The table of the 23 points: each has its paragraph in the book and its test here."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
ROW = re.compile(
    r"\| (\d+) \| \[[^]]+\]\(#point-(\d+)(?:-\w+)?\) \| `(test_\w+\.py)`: `(test_\w+)` \|"
)
ROWS = ROW.findall((DOCS / "points.md").read_text(encoding="utf-8"))
CHAPTERS = [path.read_text(encoding="utf-8") for path in sorted((DOCS / "book").glob("*.md"))]
TESTS = {
    (path.name, name)
    for path in HERE.glob("test_*.py")
    for name in re.findall(
        r"^def (test_points?_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
}


def test_every_row_of_the_table_is_read():
    table = (DOCS / "points.md").read_text(encoding="utf-8")
    assert len(ROWS) == sum(line.startswith("| ") for line in table.splitlines()) - 1


@pytest.mark.parametrize("number", range(1, 24))
def test_a_point_has_one_paragraph_and_at_least_one_test(number):
    assert sum(f"(point-{number})=\n" in chapter for chapter in CHAPTERS) == 1
    rows = [row for row in ROWS if row[0] == row[1] == str(number)]
    assert rows
    for _, _, file, name in rows:
        assert (file, name) in TESTS
        assert re.search(rf"_{number:02}_", name)


def test_no_test_of_a_point_is_missing_from_the_table():
    unlisted = TESTS - {(file, name) for _, _, file, name in ROWS}
    more = {  # further cases of a point that has a row
        "test_point_14_no_sigmoid_lets_more_than_a_quarter_through",
        "test_point_19_relu_has_slope_one_or_none",
    }
    assert {name for _, name in unlisted} <= more
