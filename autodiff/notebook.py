"""What something offers a notebook: its kinds of content, each made only if it is wanted.

What is not here: the content (`tables`, and the pictures of `viz`).

>>> makers = {"text/html": lambda: "<b>2</b>", "text/plain": lambda: "2"}
>>> mime_bundle(makers, None, None)
{'text/html': '<b>2</b>', 'text/plain': '2'}
>>> mime_bundle(makers, {"text/plain"}, None)
{'text/plain': '2'}
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

__all__ = ["mime_bundle"]


def mime_bundle(
    makers: Mapping[str, Callable[[], str]],
    include: Container[str] | None,
    exclude: Container[str] | None,
) -> dict[str, str]:
    """Return the content of every kind that is wanted.

    Args:
        makers: for each kind (MIME type), what makes its content.
        include: the only kinds wanted, if any are given.
        exclude: kinds that are not wanted.
    """
    return {
        kind: make()
        for kind, make in makers.items()
        if (not include or kind in include) and (not exclude or kind not in exclude)
    }
