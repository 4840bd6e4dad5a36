"""Frames as a part of a page that shows one at a time, without a script.

Each frame belongs to a round button of a form, and the style shows the frame of the pressed one.
Forms keep their buttons apart, so any number of players may stand on a page.

>>> print(player(["<svg></svg>"]))
<form class="chalkgrad-steps"><input type="radio" name="frame" aria-label="0" checked>\
<div><svg></svg></div></form>
"""

from __future__ import annotations

from collections.abc import Sequence


def player(frames: Sequence[str]) -> str:
    """Return frames as HTML; a click on a number, or an arrow key, goes to another.

    Args:
        frames: elements of a page, in order; the first is shown at first.
    """
    parts = [
        f'<input type="radio" name="frame" aria-label="{index}"{"" if index else " checked"}>'
        f"<div>{frame}</div>"
        for index, frame in enumerate(frames)
    ]
    return f'<form class="chalkgrad-steps">{"".join(parts)}</form>'
