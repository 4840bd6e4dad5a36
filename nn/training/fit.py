"""`fit`: the loop that trains a network, mini-batch by mini-batch.

>>> from nn import MLP
>>> line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
>>> net = MLP(1, [1], seed=0)
>>> history = fit(net, line, epochs=30, batch_size=2, learning_rate=0.3)
>>> history[0].loss > 0.1, history[-1].loss < 1e-6
(True, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from autodiff import OptionError, WrongTypeError
from autodiff.extend import demand_function, described
from nn.data import Data, Examples, examples_of
from nn.data.batches import Batches
from nn.engines.protocols import Loss, Network
from nn.engines.registry import make_engine
from nn.evaluation.accuracy import Judge
from nn.losses import demand_targets, mean_squared_error
from nn.model.module import Module
from nn.optim.base import Optimiser
from nn.optim.rules import SGD
from nn.optim.schedules import Schedule

from .callbacks import Callback, checked_callbacks
from .checkpoint import settings_of
from .divergence import RunDiverged, explained
from .early_stopping import EarlyStopping, Watch
from .history import History
from .interrupt import deferred_interrupt
from .progress_bar import progress_bar
from .run import Run
from .saving import Checkpoint, Saver, latest_state
from .weighting import Weights, weighted, weights_of, with_weights


def fit(  # noqa: PLR0913 each is a setting of its own, by keyword
    net: Network,
    data: Data,
    *,
    epochs: int,
    batch_size: int | None,
    loss: Loss = mean_squared_error,
    optimizer: Optimiser | None = None,
    learning_rate: float | Schedule | None = None,
    weights: Weights | None = None,
    seed: int | Random = 0,
    engine: str = "compiled",
    validation: Data | None = None,
    early_stopping: EarlyStopping | None = None,
    callbacks: Sequence[Callback] = (),
    checkpoint: Checkpoint | str | Path | None = None,
    resume: str | Path | None = None,
    progress: bool = True,
) -> History:
    """Train a network by gradient descent on mini-batches.

    Each epoch goes through all examples in a new order. The gradient of a mini-batch is the mean of
    its examples' gradients (Nielsen 2015, equation 19). Ctrl-C ends the run after the current step;
    the history so far is returned.

    Args:
        net: the network; its parameters are changed in place, but for those that are frozen
            (`Module.freeze`).
        data: at least one example: Examples; pairs (inputs, targets); or inputs and targets as two
            arrays, tensors or data frames with a row for each example. An int as target is the
            class of the example, from 0; with one output it is the target itself.
        epochs: the number of passes over all examples, at least 1, those of a run that is resumed
            included.
        batch_size: the number of examples for each step, at least 1: 1 is online learning, None
            takes all at once. The last step of an epoch may have fewer.
        loss: the loss of one example, from outputs and targets; `mean_squared_error` by default.
        optimizer: the rule of a step, made for this network, as `nn.Adam(net)`.
        learning_rate: in place of an optimizer, the rate of plain gradient descent: a positive
            number, or a schedule (`nn.schedules`).
        weights: of the examples, a number of at least 0 for each; or of the classes, as
            {class: weight}, where others weigh 1. The gradient of a mini-batch is the mean of
            weight times gradient; validation examples weigh 1. None, the default, weighs none.
        seed: of the order of the examples, an int or a `random.Random`; 0 by default.
        engine: "compiled", the default, traces network and loss once and runs whole mini-batches
            as arrays; "c" has a program of C made for it by the system's C compiler;
            "eager" builds the graph of every mini-batch, scalar by scalar; "jax" takes whole
            epochs as one program of XLA, on all devices and in all processes that JAX knows of,
            between which it divides each mini-batch: unless a callback needs every step.
            Ctrl-C then ends the run after the epoch, or at the next checkpoint by steps. Their
            numbers agree up to rounding.
        validation: examples that are evaluated after each epoch and never learnt from.
        early_stopping: when to end before the last epoch; needs `validation`. However the run
            ends, the network then has the parameters of the best epoch, unless it diverges.
        callbacks: functions that are called with the record of each step; one that returns True
            ends the run. Plain gradient descent takes many steps at once where all of them are
            called at the end of each epoch only (`each_epoch`), or there are none. What they write
            into the Values of the network counts. With the compiled engines, the Values are up to
            date only at the last step of each epoch, and may be written only there.
        checkpoint: the path of a safetensors file that the training is written to after each epoch
            and at the end: parameters, optimizer, order of the examples, history; or an
            `nn.Checkpoint`, which writes every so many steps or minutes. The file that it replaces
            is kept, with `.before` at the end of its name. None by default.
        resume: the path of a checkpoint to continue from, within an epoch too; the result equals,
            bit for bit, that of a run that never stopped. If the file is missing or damaged, the
            one before is taken, with a warning. Network, data and settings must be those that
            wrote it; the learning rate, `epochs` and `engine` may differ. None by default.
        progress: whether to show a bar where there is a terminal or notebook; True by default.

    Returns:
        The history: a record for each step, in order.

    Raises:
        ShapeError: if there are no examples, or they do not fit the network.
        OptionError: if a setting is out of range, two of them contradict each other, network
            and loss cannot be compiled, or a callback writes parameters within a compiled epoch.
        WrongTypeError: if the data, the loss, the callbacks, the seed, the optimizer or a number is
            of another type.
        DataError: if the loss refuses a target, the inputs are an array of bytes, or the checkpoint
            and the one before are damaged, or it was written with other settings.
        FileError: if a checkpoint cannot be written.
        DivergenceError: if the loss or the gradient is not finite any more; the network keeps the
            parameters of the last finished step.
        LostProcessError: if another of the processes that JAX connects has ended.
        MissingPackageError: if a bar is shown and rich is not installed, a checkpoint is wanted
            and safetensors is not, or JAX is wanted and is not.
    """
    examples, held_out = _examples(net, loss, data, validation)
    batches = Batches(len(examples), epochs, batch_size, seed)
    targets = examples.target_array()
    judge = Judge(targets)
    optimiser = _optimiser(net, optimizer, learning_rate)
    settings = settings_of(net, loss, optimiser, examples=examples, seed=seed, size=batch_size)
    state = None if resume is None else latest_state(resume, settings)
    saver = None if checkpoint is None else Saver(checkpoint, settings)
    if weights is not None:
        loss = weighted(loss)
        examples = with_weights(examples, weights_of(weights, examples, judge))
        held_out = None if held_out is None else with_weights(held_out, 1.0)
    made = make_engine(engine, net, loss, examples)
    run = Run(
        made,
        net.parameters(),
        is_live=engine == "eager",
        optimiser=optimiser,
        judge=judge,
        target_count=targets.shape[1],
        validation=None if held_out is None else made.prepared(held_out),
        watch=_watch(early_stopping, validation),
        callbacks=checked_callbacks(callbacks),
        saver=saver,
    )
    if state is not None:
        run.restore(state, batches)
    bar = progress_bar(batches.steps, batches.epochs, wanted=progress)
    try:
        with made.running(), deferred_interrupt() as interrupt, bar:
            run.go(made.prepared(examples), batches, interrupt, bar)
    except RunDiverged as error:
        run.best = None  # to look at what diverged
        made.store()
        raise explained(net, loss, error, run.history) from None
    except KeyboardInterrupt:
        run.settle()
    finally:
        run.finish()
    return run.history


def _examples(
    net: Network, loss: Loss, data: Data, validation: Data | None
) -> tuple[Examples, Examples | None]:
    """Return what is learnt from and what is held out, with targets that the loss can train."""
    remedy = "pass a function, such as loss=nn.mean_squared_error"
    demand_function(loss, "a loss that can be called", remedy)
    examples = examples_of(data, net)
    held_out = None if validation is None else examples_of(validation, net)
    for part in (examples, held_out):
        if part is not None:
            demand_targets(loss, part.target_array())
    return examples, held_out


def _optimiser(
    net: Network, optimizer: Optimiser | None, learning_rate: float | Schedule | None
) -> Optimiser:
    if optimizer is None and learning_rate is not None:
        optimizer, learning_rate = SGD(net.parameters(), learning_rate), None
    if optimizer is None or learning_rate is not None:
        both = "neither" if optimizer is None else "both"
        remedy = "write learning_rate=0.1, or optimizer=nn.Adam(net)"
        raise OptionError("an optimizer or a learning rate", both, remedy)
    if not isinstance(optimizer, Optimiser):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("an optimizer", described(optimizer), "write optimizer=nn.Adam(net)")
    if optimizer.parameters != net.parameters():
        raise OptionError(
            "an optimizer of all parameters of this network",
            f"one of {len(optimizer.parameters)} others",
            "make it for this one: nn.Adam(net)",
        )
    optimizer.hold(net.frozen_parameters() if isinstance(net, Module) else ())
    return optimizer


def _watch(early_stopping: EarlyStopping | None, validation: object) -> Watch | None:
    if early_stopping is None:
        return None
    if validation is None:
        remedy = "hold some out: train, held_out = data.split(100)"
        raise OptionError("validation examples with early stopping", "none", remedy)
    return early_stopping.watch()
