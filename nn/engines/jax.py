"""The engine on JAX: whole epochs in one scan, on whatever devices JAX finds, in all processes.

Each mini-batch is divided among the devices; the parameters are on every one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from autodiff import BranchError, OptionError
from autodiff.extend import numpy, package
from nn.data import Examples
from nn.data.examples import rows_at

from .compiled import CompiledEngine, blocks
from .devices import Devices
from .protocols import BatchResult, EpochResult, Loss, Network, StepRule
from .writable import Writable

if TYPE_CHECKING:
    from autodiff.extend import Array

# what a rule raises that JAX cannot trace; its own errors are TypeErrors
_UNTRACED = (TypeError, AttributeError, ValueError)
_CHUNK = 1 << 28  # bytes of examples that are on the devices at a time


class JaxEngine(CompiledEngine):
    """Loss, gradient and steps as programs of XLA.

    Args:
        net: the network; its Values are read, and left as they are until `store`.
        loss: of one example, from outputs and targets.
        examples: at least one; the first is traced.

    Raises:
        OptionError: if network and loss cannot be traced, or do not give the same graph each time.
        MissingPackageError: if jax is not installed.
    """

    def __init__(self, net: Network, loss: Loss, examples: Examples) -> None:
        self._devices = Devices()
        super().__init__(net, loss, examples)
        self._jax: Any = package("jax")
        outputs = self._with_outputs().traced.to_jax()

        def cost(parameters: Any, inputs: Any, targets: Any, shares: Any) -> tuple[Any, Any]:
            rows = outputs(parameters, _scaled(inputs), targets)
            return rows[:, 0] @ shares, rows[:, 1:]

        self._rows: Any = self._jax.jit(outputs)
        self._gradient: Any = self._jax.value_and_grad(cost, has_aux=True)
        self._compiled_gradient: Any = self._jax.jit(self._gradient)
        self._scans: dict[tuple[StepRule, bool], Any] = {}

    @property
    def is_leader(self) -> bool:
        """Whether this process, of all, writes files."""
        return self._devices.is_leader

    def agreed(self, *, wanted: bool) -> bool:
        """Return whether any process wants something, such as to end the run."""
        return self._devices.any(wanted=wanted)

    def demand_alike(self, facts: bytes) -> None:
        """Refuse processes that begin with other facts; see `EpochEngine.demand_alike`."""
        self._devices.demand_alike(facts)

    def running(self) -> AbstractContextManager[object]:
        """Return a context in which JAX computes with float64."""
        return self._jax.enable_x64(True)  # noqa: FBT003 JAX's signature

    def gradient(self, batch: Examples, *, with_outputs: bool = False) -> BatchResult:
        """Return the mean loss, the gradient and, if wanted, the outputs of a mini-batch."""
        shares = numpy().full(len(batch), 1.0 / len(batch))
        with self.running():
            given = self.parameters, *batch.arrays(), shares
            (loss, outputs), gradient = self._compiled_gradient(*given)
        if not numpy().isfinite(loss):
            self._demand_branches(batch)
        outputs = numpy().asarray(outputs) if with_outputs else None
        return BatchResult(float(loss), numpy().array(gradient), outputs)

    def descend(
        self, examples: Examples, batches: Array, rates: Sequence[float], out: Array
    ) -> None:
        """Take no step: `epoch` takes them."""

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return the mean loss and the outputs of examples."""
        with self.running():
            parts = [self._rows(self.parameters, *x.arrays()) for x in blocks(examples)]
        rows = numpy().concatenate(parts)
        if not numpy().isfinite(rows).all():
            return super().evaluate(examples)  # which takes every branch
        with numpy().errstate(all="ignore"):
            return float(rows[:, 0].mean()), rows[:, 1:]

    def epoch(
        self,
        examples: Examples,
        batches: Sequence[Array],
        rule: StepRule,
        *,
        with_outputs: bool,
    ) -> EpochResult:
        """Take a step for each mini-batch; see `EpochEngine.epoch`."""
        found = EpochResult([], [] if with_outputs else None, "")
        with self.running(), self._devices.together():
            for part in _chunks(batches, _row_size(examples)):
                losses, outputs, fault = self._steps(examples, part, rule, wanted=with_outputs)
                found.losses.extend(losses)
                if found.outputs is not None:
                    found.outputs.extend(outputs)
                if fault:
                    self._demand_branches(rows_at(examples, part[len(losses) - 1]))
                    return found._replace(fault=fault)
        return found

    def _steps(
        self, examples: Examples, batches: Sequence[Array], rule: StepRule, *, wanted: bool
    ) -> tuple[list[float], list[Array], str]:
        """Take steps with mini-batches of one size, up to the first that is not finite."""
        size = len(batches[0])
        state = self.parameters.copy(), self._memory(rule)
        steps = rule.steps + numpy().arange(len(batches))
        rates = [rule.rate_at(step) for step in steps.tolist()]
        data = self._devices.divided(examples, numpy().stack(batches))
        scan = self._scan(rule, wanted=wanted)
        state, rows = scan(state, *data, numpy().array(rates), steps.astype(float))
        losses, is_finite, outputs = map(numpy().asarray, rows)
        faults = numpy().flatnonzero(~(numpy().isfinite(losses) & is_finite))
        count = int(faults[0]) if faults.size else len(batches)
        if faults.size and count:
            self._steps(examples, batches[:count], rule, wanted=wanted)
        elif not faults.size:
            vector, memory = state
            self.parameters[:] = numpy().asarray(vector)
            rule.memory = {name: numpy().array(array) for name, array in memory.items()}
            rule.steps += count
        fault = ""
        if faults.size:
            loss = float(losses[count])
            is_loss = not numpy().isfinite(loss)
            fault = f"a loss of {loss}" if is_loss else "a gradient that is not finite"
        end = count + bool(fault)
        return losses[:end].tolist(), [x[:size] for x in outputs[:end]] if wanted else [], fault

    def _scan(self, rule: StepRule, *, wanted: bool) -> Any:
        """Return the compiled function that takes steps one after the other."""
        key = rule, wanted
        if key in self._scans:
            return self._scans[key]
        jax, jnp = self._jax, self._jax.numpy

        def step(state: Any, given: Any) -> Any:
            (vector, memory), (inputs, targets, shares, rate, steps) = state, given
            (loss, outputs), gradient = self._gradient(vector, inputs, targets, shares)
            changed = Writable(vector, jnp)
            remembered = rule.taken(
                changed,
                Writable(gradient, jnp),
                rate=Writable(rate, jnp),
                steps=Writable(steps, jnp),
                memory={name: Writable(array, jnp) for name, array in memory.items()},
            )
            memory = {name: each.array for name, each in remembered.items()}
            rows = loss, jnp.isfinite(gradient).all(), outputs if wanted else 0.0
            return (changed.array, memory), rows

        def scan(state: Any, *given: Any) -> Any:
            return jax.lax.scan(step, state, given)

        self._scans[key] = jax.jit(scan, out_shardings=self._devices.whole)
        return self._scans[key]

    def _memory(self, rule: StepRule) -> dict[str, Array]:
        """Return what the rule remembers, 0 before its first step.

        Raises:
            OptionError: if JAX cannot trace the rule.
        """
        vector = self.parameters

        def first(vector: Any) -> Any:
            copy, gradient = (Writable(vector, self._jax.numpy) for _ in range(2))
            found = rule.taken(copy, gradient, rate=1.0, steps=0, memory={})
            return {name: each.array for name, each in found.items()}

        try:
            kept = self._jax.eval_shape(first, vector)
        except _UNTRACED as error:
            expected = "an optimizer whose direction is written with NumPy's functions"
            remedy = "leave out float() and questions about numbers, or write engine='compiled'"
            reason = f"{type(rule).__name__}: {error}".partition("\n")[0]
            raise OptionError(expected, reason, remedy) from error
        zeros = {name: numpy().zeros(each.shape, each.dtype) for name, each in kept.items()}
        return zeros | rule.memory

    def _demand_branches(self, batch: Examples) -> None:
        """Refuse examples that take another branch than the traced one.

        Raises:
            OptionError: if there is one; its output was nan.
        """
        program = self._with_outputs().traced
        program.parameters[...] = self.parameters
        try:
            program(*batch.arrays())
        except BranchError as error:
            expected = "a network and a loss whose comparisons come out alike for all examples"
            remedy = "write engine='compiled', or choose with autodiff.where"
            raise OptionError(expected, f"{error}", remedy) from error


def _scaled(inputs: Any) -> Any:
    """Return the inputs as numbers; bytes are images."""
    return inputs.astype(float) / 255 if inputs.dtype == numpy().uint8 else inputs


def _chunks(batches: Sequence[Array], row: int) -> Iterator[Sequence[Array]]:
    """Divide mini-batches into runs of one size that are not too large to be copied at once."""
    most = max(1, _CHUNK // (row * len(batches[0])))
    end = len(batches) - (len(batches[-1]) != len(batches[0]))
    for start in range(0, end, most):
        yield batches[start : min(start + most, end)]
    if end < len(batches):
        yield batches[end:]


def _row_size(examples: Examples) -> int:
    """Return the bytes of one example."""
    return sum(array[0].nbytes for array in (examples.inputs, examples.targets))
