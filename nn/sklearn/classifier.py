"""`Classifier`: an MLP with a softmax, as an estimator of scikit-learn.

>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import StandardScaler
>>> model = make_pipeline(StandardScaler(), Classifier(hidden_layers=(4,), random_state=1))
>>> points, colours = [[0, 0], [0, 9], [9, 0], [9, 9]], ["red", "blue", "blue", "red"]
>>> model.fit(points, colours).predict([[0, 9], [9, 9]]).tolist()
['blue', 'red']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autodiff.extend import numpy, package
from nn.data import Examples
from nn.errors import DataError
from nn.losses import cross_entropy

from .estimator import Estimator
from .training import outputs_of, trained

if TYPE_CHECKING:
    from autodiff.extend import Array

_base: Any = package("sklearn.base")


class Classifier(_base.ClassifierMixin, Estimator):
    """A multilayer perceptron that tells classes apart, trained on the cross-entropy.

    Args:
        hidden_layers: the number of neurons of each layer but the last, each at least 1; (32,) by
            default, () for none, which is logistic regression.
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
        classes_: the labels, sorted: an array of shape (classes,).
        network_: the `nn.MLP`, with an output for each class.
        history_: the record of each step, an `nn.History`.
        n_features_in_: the number of inputs.
        feature_names_in_: the names of the columns, if the inputs were a data frame with such.
    """

    if TYPE_CHECKING:
        classes_: Array

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803 scikit-learn's names
        """Train a new network.

        Args:
            X: inputs, an array or data frame of shape (examples, inputs), of finite numbers.
            y: the class of each example, of shape (examples,): numbers, strings or booleans.
            sample_weight: a weight of at least 0 for each example, of shape (examples,); 2 counts
                as two examples. None, the default, weighs all alike.

        Returns:
            The estimator itself.

        Raises:
            ValueError: if the data are not such, there is one class only (`DataError`), or a
                setting is out of range (`OptionError`).
            DivergenceError: if the loss is not finite any more.
        """
        validation: Any = package("sklearn.utils.validation")
        multiclass: Any = package("sklearn.utils.multiclass")
        inputs, labels = validation.validate_data(self, X, y, dtype=numpy().float64)
        multiclass.check_classification_targets(labels)
        labels = validation.column_or_1d(labels, warn=True)
        self.classes_, indices = numpy().unique(labels, return_inverse=True)
        if len(self.classes_) == 1:
            remedy = "pass examples of another class, too"
            raise DataError(
                "two or more classes", f"one class, {self.classes_.tolist()[0]!r}", remedy
            )
        targets = numpy().eye(len(self.classes_))[indices]
        trained(self, Examples(inputs, targets), cross_entropy, sample_weight)
        return self

    def predict_proba(self, X: Any) -> Array:  # noqa: N803 scikit-learn's name
        """Return the probability of each class.

        Args:
            X: inputs, of shape (examples, inputs).

        Returns:
            A float64 array of shape (examples, classes), in the order of `classes_`; each row sums
            to 1.

        Raises:
            ValueError: if the inputs are not such, or the estimator is not fitted.
        """
        outputs = outputs_of(self, X)
        shares = numpy().exp(outputs - outputs.max(1, keepdims=True))
        return shares / shares.sum(1, keepdims=True)

    def predict(self, X: Any) -> Array:  # noqa: N803 scikit-learn's name
        """Return the most probable class of each example.

        Args:
            X: inputs, of shape (examples, inputs).

        Returns:
            An array of shape (examples,) of the labels that `fit` was given.

        Raises:
            ValueError: if the inputs are not such, or the estimator is not fitted.
        """
        outputs = outputs_of(self, X)  # raises NotFittedError before there are classes
        return self.classes_[outputs.argmax(1)]
