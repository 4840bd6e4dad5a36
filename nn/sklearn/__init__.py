"""Networks as estimators of scikit-learn, for its pipelines and searches.

>>> from nn.sklearn import Regressor
>>> Regressor(hidden_layers=(), learning_rate=0.1).fit([[0.0], [1.0], [2.0]], [1, 3, 5])
Regressor(hidden_layers=(), learning_rate=0.1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodiff.extend import on_first_use

if TYPE_CHECKING:
    from .classifier import Classifier
    from .regressor import Regressor

__all__ = ["Classifier", "Regressor"]

_LATER = {  # scikit-learn, which both subclass, is imported on first use
    "Classifier": ".classifier",
    "Regressor": ".regressor",
}

__getattr__, __dir__ = on_first_use(globals(), _LATER)
