"""The commands of `python -m nn`: what their words mean, and what each does.

What is not here: plots (`python -m nn` adds them, because they are drawn by `viz`).

>>> parser("chalkgrad").prog
'chalkgrad'
"""

from __future__ import annotations

from .evaluate import evaluate
from .parser import parser
from .predict import predict
from .train import Outcome, train

__all__ = ["Outcome", "evaluate", "parser", "predict", "train"]
