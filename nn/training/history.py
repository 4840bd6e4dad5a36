"""The history of a training run: a record for each step.

>>> first = [Record(1, 1, 3, 0.9, 0.5), Record(1, 2, 3, 0.7, 0.7)]
>>> print(History([*first, Record(2, 3, 3, 0.4, 1.0)]))
epoch  steps  loss  accuracy
─────  ─────  ────  ────────
1      1-2    0.8   60.0%
2      3-3    0.4   100.0%
"""

from __future__ import annotations

from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from autodiff.extend import Table, Tabular, digits

_SHOWN = 20  # epochs of a table


class Record(NamedTuple):
    """A step of a training run, with the loss before it.

    Args:
        epoch: the pass over the examples, from 1.
        step: the step of the run, from 1.
        steps: the number of steps that the run has.
        loss: the mean loss of the mini-batch, without a penalty of weight decay.
        accuracy: the share of its examples that are classified correctly, in [0, 1]. None where the
            targets are not classes; the compiled engine measures it for at most about two hundred
            steps of each epoch, and leaves None in the others.
        learning_rate: of the step.
        validation_loss: the mean loss of the validation examples after the step. Only in the last
            record of an epoch, and only if there are such examples; otherwise None.
        validation_accuracy: their accuracy, likewise.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float | None
    learning_rate: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None


class History(Tabular, list[Record]):
    """The records of a run: a list that prints as a table with a row for each epoch.

    Attributes:
        ending: why the run ended: "finished", "interrupted", "stopped early" or "ended by a
            callback".
        best_epoch: with early stopping, the epoch whose parameters were kept; otherwise None.
    """

    ending: str = "finished"
    best_epoch: int | None = None

    def table(self) -> Table:
        """Return the means of loss and accuracy of each epoch; of many epochs, about twenty."""
        epochs = [list(group) for _, group in groupby(self, lambda record: record.epoch)]
        shown = epochs[:: -(-len(epochs) // _SHOWN) or 1]
        if epochs and shown[-1] is not epochs[-1]:
            shown.append(epochs[-1])
        columns = ["epoch", "steps", "loss"]
        columns += ["accuracy"] if any(_accuracies(epoch) for epoch in epochs) else []
        validated = [epoch[-1].validation_loss is not None for epoch in epochs]
        columns += ["validation loss"] if any(validated) else []
        scored = [epoch[-1].validation_accuracy is not None for epoch in epochs]
        columns += ["validation accuracy"] if any(scored) else []
        rows = [tuple(_cell(epoch, column) for column in columns) for epoch in shown]
        notes = () if self.ending == "finished" else (f"{self.ending} after step {len(self)}",)
        return Table("", tuple(columns), rows, notes)


def _accuracies(epoch: list[Record]) -> list[float]:
    return [record.accuracy for record in epoch if record.accuracy is not None]


def _cell(epoch: list[Record], column: str) -> str:
    first, last = epoch[0], epoch[-1]
    match column:
        case "epoch":
            return f"{first.epoch}"
        case "steps":
            return f"{first.step}-{last.step}"
        case "loss":
            return digits(fmean(record.loss for record in epoch), 4)
        case "accuracy":
            return _percent(fmean(_accuracies(epoch)) if _accuracies(epoch) else None)
        case "validation loss":
            return "" if last.validation_loss is None else digits(last.validation_loss, 4)
        case _:
            return _percent(last.validation_accuracy)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
