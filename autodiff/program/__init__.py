"""The compiler: from one recorded example to array equations and their NumPy source.

The passes in order: `record`, `simplify`, `rows`, `stack`, `layout`, `forward`, `reverse`,
`source`; `engine` runs what they made. What is not here: the function that users call
(`autodiff.compile`).

>>> from autodiff import Value
>>> options = {"kind": "float64", "on_branch": "error", "strict": False, "exact": False}
>>> build(lambda x: x * x, [], (2.0,), **options)([3.0])
array([9.])
"""

from .build import build
from .program import Program

__all__ = ["Program", "build"]
