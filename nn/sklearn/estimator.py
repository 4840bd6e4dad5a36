"""The settings of both estimators, which scikit-learn reads from this signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autodiff.extend import package
from nn.model.mlp import MLP
from nn.optim.base import Optimiser
from nn.optim.rules import Adam
from nn.optim.schedules import Schedule
from nn.training.history import History

_base: Any = package("sklearn.base")


class Estimator(_base.BaseEstimator):
    """Keeps the settings as they were given; `fit` checks them. They are those of `Classifier`."""

    if TYPE_CHECKING:
        network_: MLP
        history_: History
        n_features_in_: int

    def __init__(  # noqa: PLR0913 each is a setting of its own, by keyword
        self,
        *,
        hidden_layers: Sequence[int] = (32,),
        activation: str = "relu",
        optimizer: Callable[..., Optimiser] = Adam,
        learning_rate: float | Schedule = 0.01,
        weight_decay: float = 0.0,
        epochs: int = 200,
        batch_size: int | None = 200,
        initialiser: str = "xavier_uniform",
        engine: str = "compiled",
        random_state: Any = None,
    ) -> None:
        self.hidden_layers = hidden_layers
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.epochs = epochs
        self.batch_size = batch_size
        self.initialiser = initialiser
        self.engine = engine
        self.random_state = random_state
