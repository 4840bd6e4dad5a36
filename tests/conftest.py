"""Random tests draw the same examples in every run: what passes here passes elsewhere.

To look for new ones: `pytest --hypothesis-profile=fresh`. To write the expected texts of pictures
and programs anew, after a change that was meant: `make expected`, then read the difference.
"""

from __future__ import annotations

import sys

import pytest
from hypothesis import settings

from autodiff import TABLE

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None, max_examples=1000)
settings.load_profile("steady")


def pytest_addoption(parser):
    text = "write the expected texts anew instead of comparing with them"
    parser.addoption("--renew-expected", action="store_true", help=text)


def pytest_collection_modifyitems(config, items):
    if config.getoption("--renew-expected"):
        items[:] = [item for item in items if "check_expected" in item.fixturenames]


@pytest.fixture(autouse=True)
def weights_in_any_order():
    """Restart nn's generator, so that weights do not depend on the tests that ran before."""
    if "nn" in sys.modules:
        sys.modules["nn"].seed()


@pytest.fixture
def check_expected(request):
    """Compare a text with a file in the folder `expected` of the room above."""
    folder = request.path.parents[1] / "expected"

    def compare(name, text):
        if request.config.getoption("--renew-expected"):
            (folder / name).write_text(text, encoding="utf-8")
        assert text == (folder / name).read_text(encoding="utf-8")

    return compare


@pytest.fixture
def table_as_before():
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)
