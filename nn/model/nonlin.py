"""The error for micrograd's argument `nonlin`, which says what it is called here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from autodiff import WrongTypeError
from autodiff.extend import described

P = ParamSpec("P")
S = TypeVar("S")


def refuse_nonlin(
    function: Callable[Concatenate[S, P], None],
) -> Callable[Concatenate[S, P], None]:
    """Let an `__init__` raise a WrongTypeError for `nonlin`; its signature stays as it is."""

    @wraps(function)
    def checked(self: S, /, *args: P.args, **options: P.kwargs) -> None:
        if "nonlin" in options:
            arrived = f"nonlin={described(options['nonlin'])}"
            remedy = "write activation='relu' or 'linear', or use chalkgrad.micrograd"
            raise WrongTypeError("an activation by its name", arrived, remedy)
        function(self, *args, **options)

    return checked
