"""Arrays of JAX that NumPy's functions take and write to, so that an optimiser's rule runs on them.

A rule is written once, with NumPy. While JAX traces a step, the same lines run on these arrays.

>>> class Doubled:  # in place of jax.numpy
...     multiply = staticmethod(lambda x, y: [2 * each for each in x])
>>> array = Writable([1, 2], Doubled)
>>> array *= 2.0
>>> array.array
[2, 4]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never, cast

from numpy.lib.mixins import NDArrayOperatorsMixin

_METHODS = {"reduce": {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}}


class Writable(NDArrayOperatorsMixin):
    """An array of JAX behind the face of one of NumPy.

    Args:
        array: of JAX; traced, as a rule.
        functions: `jax.numpy`.
        whole: the array that this one is a view of, if it is one.
        places: which of its numbers.

    A slice of one is a view, as in NumPy: what is written to it is written to the whole.
    """

    def __init__(
        self, array: Any, functions: Any, whole: Writable | None = None, places: Any = None
    ) -> None:
        self._own: Any = array
        self._whole: Writable | None = whole
        self._places: Any = places
        self._functions: Any = functions

    @property
    def array(self) -> Any:
        """The present numbers."""
        return self._own if self._whole is None else self._whole.array[self._places]

    @array.setter
    def array(self, array: Any) -> None:
        if self._whole is None:
            self._own = array
        else:
            self._whole.array = self._whole.array.at[self._places].set(array)

    def __bool__(self) -> bool:
        """Refuse a question: its answer would be the same for all steps.

        Raises:
            TypeError: in every case.
        """
        raise TypeError("a question about a number, whose answer differs from step to step")

    def __iter__(self) -> Never:
        """Refuse to be taken apart, number by number.

        Raises:
            TypeError: in every case.
        """
        raise TypeError("a loop over the numbers of an array")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Apply a function of NumPy, element by element, or to all numbers of one axis."""
        outs = options.pop("out", ())
        if not all(isinstance(out, Writable) for out in outs):
            raise TypeError("an array of NumPy to write to: make it with np.empty_like(gradient)")
        names = _METHODS.get(method, {})
        name = ufunc.__name__ if method == "__call__" else names.get(ufunc.__name__)
        if name is None or options:
            return NotImplemented
        return self._result(getattr(self._functions, name)(*map(_bare, inputs)), *outs)

    def __array_function__(
        self, function: Callable[..., Any], _: Any, inputs: Any, options: dict[str, Any]
    ) -> Any:
        """Apply any other function of NumPy; `copyto` writes."""
        if function.__name__ == "copyto":
            target, source = inputs
            if not isinstance(target, Writable) or options:
                raise TypeError("copyto into an array of NumPy, or with options: use np.where")
            target.array = self._functions.broadcast_to(_bare(source), target.array.shape)
            return None
        found = getattr(self._functions, function.__name__, None)
        found = found or getattr(self._functions.linalg, function.__name__)
        return self._result(found(*map(_bare, inputs), **options))

    def __getitem__(self, places: Any) -> Writable:
        parts = cast("tuple[Any, ...]", places if isinstance(places, tuple) else (places,))
        is_view = all(
            part is None or part is ... or isinstance(part, int | slice) for part in parts
        )
        if is_view:
            return Writable(None, self._functions, self, places)
        return self._result(self.array[places])

    def __setitem__(self, places: Any, numbers: Any) -> None:
        self.array = self.array.at[places].set(_bare(numbers))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.array, name)
        if not callable(found):
            return found

        def method(*inputs: Any, **options: Any) -> Any:
            return self._result(found(*map(_bare, inputs), **options))

        return method

    def _result(self, array: Any, out: Any = None) -> Any:
        if isinstance(out, Writable):
            out.array = array
            return out
        return Writable(array, self._functions)


def _bare(x: Any) -> Any:
    return x.array if isinstance(x, Writable) else x
