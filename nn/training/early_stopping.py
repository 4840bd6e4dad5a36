"""Early stopping: end a run when validation gets no better, and keep the best parameters.

>>> watch = EarlyStopping(patience=2).watch()
>>> costs = enumerate([3.0, 1.0, 2.0, 2.0], 1)
>>> [watch.is_over(Record(k, k, 9, 0.0, None, validation_loss=cost)) for k, cost in costs]
[False, False, False, True]
>>> watch.best_epoch
2
"""

from __future__ import annotations

from math import inf
from typing import Literal, NamedTuple

from autodiff import OptionError
from autodiff.extend import described, not_negative, whole

from .history import Record


class EarlyStopping(NamedTuple):
    """Ends a run when its validation has not improved for some epochs (Prechelt 1998).

    Args:
        patience: the number of epochs in a row without an improvement, at least 1.
        measure: what should improve, the "loss" or the "accuracy" of the validation examples;
            "loss" by default.
        improvement: how much better than the best so far counts, in units of the measure; at
            least 0, which is the default.
    """

    patience: int
    measure: Literal["loss", "accuracy"] = "loss"
    improvement: float = 0.0

    def watch(self) -> Watch:
        """Return what watches one run.

        Raises:
            OptionError: if a setting is out of range, or the measure is unknown.
            WrongTypeError: if the patience is not a whole number.
        """
        whole(self.patience, 1, "the patience")
        not_negative(self.improvement, "the improvement")
        if self.measure not in {"loss", "accuracy"}:
            remedy = "write measure='loss' or measure='accuracy'"
            raise OptionError("a measure of early stopping", described(self.measure), remedy)
        return Watch(self)


class Watch:
    """Watches the validation of one run.

    Args:
        rule: when to end it.

    Attributes:
        best_epoch: the best epoch so far; None before the first.
        is_best: whether the last record was the best so far.
    """

    def __init__(self, rule: EarlyStopping) -> None:
        self._rule = rule
        self._best = inf
        self._waited = 0
        self.best_epoch: int | None = None
        self.is_best: bool = False

    def is_over(self, record: Record) -> bool:
        """Take in the last record of an epoch; return whether the run should end.

        Raises:
            OptionError: if the measure is the accuracy and the targets are not classes.
        """
        cost = record.validation_loss
        if self._rule.measure == "accuracy":
            share = record.validation_accuracy
            cost = None if share is None else -share
        if cost is None:
            remedy = "watch the loss"
            raise OptionError(
                "validation examples with classes", "targets that are not classes", remedy
            )
        self.is_best = cost < self._best - self._rule.improvement or self.best_epoch is None
        if self.is_best:
            self._best, self.best_epoch, self._waited = cost, record.epoch, 0
        else:
            self._waited += 1
        return self.has_ended

    @property
    def has_ended(self) -> bool:
        """Whether the run should end."""
        return self._waited >= self._rule.patience

    @property
    def state(self) -> tuple[float, int, int | None]:
        """The best cost so far, the number of epochs since, and the best epoch; may be set."""
        return self._best, self._waited, self.best_epoch

    @state.setter
    def state(self, state: tuple[float, int, int | None]) -> None:
        self._best, self._waited, self.best_epoch = state
