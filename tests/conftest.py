"""Random tests draw the same examples in every run: what passes here passes elsewhere.

To look for new ones: `pytest --hypothesis-profile=fresh`.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

from autodiff import TABLE

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None, max_examples=1000)
settings.load_profile("steady")


@pytest.fixture
def table_as_before():
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)
