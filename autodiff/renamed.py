"""`Renamed`: an attribute that micrograd has by another name, which its error tells.

>>> class Neuron:
...     w = Renamed("weights")
>>> Neuron().w
Traceback (most recent call last):
...
AttributeError: Neuron has no attribute 'w': here it is `weights`; chalkgrad.micrograd has \
micrograd's names
"""

from __future__ import annotations

from typing import Never


class Renamed:
    """A class attribute that raises an AttributeError saying what it is called here.

    It costs nothing, unlike `__getattr__`, with which CPython 3.11 looks up every attribute slowly.

    Args:
        here: the name or names here, as Python text; then, after a comma, what it is.
    """

    __slots__: tuple[str, ...] = ("_here", "_name")

    def __init__(self, here: str) -> None:
        name, comma, rest = here.partition(",")
        self._here: str = f"`{name}`{comma}{rest}"

    def __set_name__(self, owner: type, name: str) -> None:
        self._name: str = name

    def __get__(self, instance: object, owner: type) -> Never:
        raise AttributeError(
            f"{owner.__name__} has no attribute {self._name!r}: here it is {self._here}; "
            "chalkgrad.micrograd has micrograd's names"
        )

    def __repr__(self) -> str:
        return f"micrograd's name; here it is {self._here}"
