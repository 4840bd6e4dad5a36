"""`Regressor`: an MLP with linear outputs, as an estimator of scikit-learn.

>>> model = Regressor(hidden_layers=(), learning_rate=0.1, random_state=1)
>>> model.fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[3.0]]).round().tolist()
[7.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autodiff.extend import numpy, package
from nn.data import Examples
from nn.losses import mean_squared_error

from .estimator import Estimator
from .training import outputs_of, trained

if TYPE_CHECKING:
    from autodiff.extend import Array

_base: Any = package("sklearn.base")


class Regressor(_base.RegressorMixin, Estimator):
    """A multilayer perceptron that predicts numbers, trained on the mean squared error.

    Targets of a size far from 1 train better scaled: pass it to scikit-learn's
    `TransformedTargetRegressor(..., transformer=StandardScaler())`.

    Args:
        hidden_layers: the number of neurons of each layer but the last, each at least 1; (32,) by
            default, () for none, which is linear regression.
        activation: of these layers, by name (`nn.MLP`); "relu" by default.
        optimizer: makes the optimiser from the network, the learning rate and `weight_decay=`: a
            class such as `nn.SGD`, or `functools.partial(nn.SGD, momentum=0.9)`; `nn.Adam` by
            default.
        learning_rate: a positive number, or a schedule (`nn.schedules`); 0.01 by default.
        weight_decay: at least 0, as the optimiser takes it; 0 by default.
        epochs: the number of passes over all examples, at least 1; 200 by default.
        batch_size: the number of examples for each step, at least 1; None takes all at once, as
            does the default, 200, of fewer examples.
        initialiser: the rule that draws the first weights, by name (`nn.INITIALISERS`);
            "xavier_uniform" by default.
        engine: what computes, "compiled", "c", "eager" or "jax" (`nn.fit`); "compiled" by
            default.
        random_state: of the first weights and the order of the examples: an int, for the same
            result each time; a generator of NumPy (`RandomState`); or None, the default, for
            NumPy's global one.

    Attributes:
        network_: the `nn.MLP`, with an output for each target.
        history_: the record of each step, an `nn.History`.
        n_features_in_: the number of inputs.
        feature_names_in_: the names of the columns, if the inputs were a data frame with such.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803 scikit-learn's names
        """Train a new network.

        Args:
            X: inputs, an array or data frame of shape (examples, inputs), of finite numbers.
            y: the target of each example, of shape (examples,), or several, of shape (examples,
                targets): finite numbers.
            sample_weight: a weight of at least 0 for each example, of shape (examples,); 2 counts
                as two examples. None, the default, weighs all alike.

        Returns:
            The estimator itself.

        Raises:
            ValueError: if the data are not such, or a setting is out of range (`OptionError`).
            DivergenceError: if the loss is not finite any more.
        """
        validation: Any = package("sklearn.utils.validation")
        inputs, targets = validation.validate_data(
            self, X, y, dtype=numpy().float64, multi_output=True, y_numeric=True
        )
        self._is_flat: bool = targets.ndim == 1
        targets = targets.reshape(len(targets), -1).astype(float)
        trained(self, Examples(inputs, targets), mean_squared_error, sample_weight)
        return self

    def predict(self, X: Any) -> Array:  # noqa: N803 scikit-learn's name
        """Return the predicted numbers.

        Args:
            X: inputs, of shape (examples, inputs).

        Returns:
            A float64 array of shape (examples,) or (examples, targets), as `fit` was given them.

        Raises:
            ValueError: if the inputs are not such, or the estimator is not fitted.
        """
        outputs = outputs_of(self, X)
        return outputs[:, 0] if self._is_flat else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] no types there
        return _for_several_targets(tags)


def _for_several_targets(tags: Any) -> Any:
    tags.target_tags.multi_output = True
    return tags
