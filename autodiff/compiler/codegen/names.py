"""Names in the generated source: what NumPy calls the words of formulas, and what is reserved.

>>> CALLS["exp"], CALLS["sub"], CALLS["asin"]
('exp', 'subtract', 'arcsin')
>>> unreserved(["x", "exp", "_", "x_given"])
['x', 'exp_', 'x_', 'x_given_']
"""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.formula.words import INFIX, PRODUCT_OF_OTHERS, REDUCTIONS, WORDS

# The function that computes each word.
CALLS: dict[str, str] = {
    **{name: word.numpy for name, word in WORDS.items()},
    **{name: name for name in INFIX},
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    PRODUCT_OF_OTHERS: PRODUCT_OF_OTHERS,
}
REDUCERS = {name: word.numpy for name, word in REDUCTIONS.items()}
OTHER_CALLS = ("copyto", "inf", "matmul", "nan", "not_equal", "take")

_RESERVED = frozenset(
    {
        *CALLS.values(),
        *OTHER_CALLS,
        *("segment_sums", "outer_products", "look_up", "row_sums"),
        *("prepare", "forward", "reverse", "finish"),
        *("values", "adjoints", "static", "gradient", "seed", "zero", "W", "b", "p", "c", "g"),
    }
)


def unreserved(names: Sequence[str]) -> list[str]:
    """Return names for arguments, changed where the source uses them for something else."""
    changed: list[str] = []
    for name in names:
        own = f"x{name}" if name.startswith("_") else name
        while own in _RESERVED or own in changed or own.endswith("_given"):
            own += "_"
        changed.append(own)
    return changed
