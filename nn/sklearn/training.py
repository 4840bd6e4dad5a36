"""What both estimators do: check the data as scikit-learn does, then train an MLP with `fit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autodiff.extend import demand_function, numpy, package, sequence
from nn.data import Examples
from nn.engines.protocols import Loss
from nn.model.mlp import MLP
from nn.training.fit import fit

if TYPE_CHECKING:
    from autodiff.extend import Array

_SEEDS = 2**31 - 1


def trained(estimator: Any, examples: Examples, loss: Loss, sample_weight: Any) -> None:
    """Train a new network; set `network_` and `history_` of the estimator.

    Args:
        estimator: one of ours, with its settings.
        examples: inputs and targets as arrays.
        loss: of one example.
        sample_weight: a weight for each example, or None.
    """
    weights = weights_of_mean_one(sample_weight, examples)
    seed = int(package("sklearn.utils").check_random_state(estimator.random_state).randint(_SEEDS))
    hidden: Sequence[int] = sequence(estimator.hidden_layers, "a list of widths as hidden_layers")
    remedy = "write optimizer=nn.SGD, or functools.partial(nn.SGD, momentum=0.9)"
    demand_function(estimator.optimizer, "a class of optimizers", remedy)
    net = MLP(
        examples.inputs.shape[1],
        [*hidden, examples.targets.shape[1]],
        activation=estimator.activation,
        initialiser=estimator.initialiser,
        seed=seed,
    )
    optimizer = estimator.optimizer(
        net, estimator.learning_rate, weight_decay=estimator.weight_decay
    )
    estimator.history_ = fit(
        net,
        examples,
        epochs=estimator.epochs,
        batch_size=estimator.batch_size,
        loss=loss,
        optimizer=optimizer,
        weights=weights,
        seed=seed,
        engine=estimator.engine,
        progress=False,
    )
    estimator.network_ = net


def weights_of_mean_one(sample_weight: Any, examples: Examples) -> Array | None:
    """Return checked weights, scaled to a mean of 1; None for None.

    An example of weight 2 then counts as two examples, and one of weight 0 as none: the gradient of
    all examples is sum(weight * gradient) / sum(weight).
    """
    if sample_weight is None:
        return None
    check = package("sklearn.utils.validation")._check_sample_weight  # noqa: SLF001 other packages use it too
    weights = check(sample_weight, examples.inputs, dtype=float)
    total = weights.sum()
    return weights * (len(weights) / total) if total > 0 else weights


def outputs_of(estimator: Any, inputs: Any) -> Array:
    """Return the outputs of the network of a fitted estimator, of shape (examples, outputs).

    Raises:
        NotFittedError: of scikit-learn, if the estimator is not fitted.
        ValueError: if the inputs are not such as it was fitted to.
    """
    validation = package("sklearn.utils.validation")
    validation.check_is_fitted(estimator)
    rows = validation.validate_data(estimator, inputs, dtype=numpy().float64, reset=False)
    return estimator.network_.predict(rows)
