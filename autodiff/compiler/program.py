"""Compiled programs: what `compile` returns, a function over whole batches and its gradient.

>>> from autodiff import Value, compile
>>> w = Value(3.0)
>>> program = compile(lambda x: w * x, parameters=[w], example=(1.0,))
>>> program.parameters[0] = 5.0
>>> program([1.0, 2.0])
array([ 5., 10.])
>>> program.store()
>>> w.data
5.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from os import PathLike
from typing import Any, Never

import numpy as np

from autodiff.errors import OptionError, ShapeError, WrongTypeError
from autodiff.files import checked_path, write_whole

from .codegen.kernels import Array
from .derivatives import Derived
from .ir.equations import Equations
from .jax.function import to_jax
from .loops.c import to_c
from .loops.javascript import to_javascript
from .onnx.convert import to_onnx
from .parameters import Parameterised
from .runtime.alone import Alone
from .runtime.branching_runner import BranchingRunner
from .runtime.descent import descent_of, stepwise
from .runtime.equation_runner import EquationRunner
from .runtime.inputs import array_of, batch_of, check_out
from .runtime.kernel_runner import KernelRunner
from .runtime.native_runner import NativeRunner
from .runtime.runner import Runner
from .saving.files import Saved, write_program
from .tracing.record import Argument, Recording


class Program(Parameterised):
    """A compiled function of one example, run on batches; `compile` makes it.

    One program runs one batch at a time: a second thread waits. Derivatives other than that of
    `value_and_grad` are traced and compiled when they are first called.

    Args:
        recording: of the function.
        runner: runs it.
        listing: what `str` returns.
        explanation: what `explain` returns.
        source: the generated source.
        derivatives: of the function.
        frozen: rows of the listing about leaves that became constants.

    Attributes:
        source: the NumPy source, forward and reverse; "" if `exact=True`. Where the engine in C
            was built, and with `native="c"`, the same equations run in C.
        gradient: of the last `value_and_grad`, of shape (parameters,); the next one writes over
            it.
    """

    def __init__(  # noqa: PLR0913 what the pipeline makes
        self,
        recording: Recording,
        runner: Runner,
        listing: str,
        explanation: str,
        source: str,
        derivatives: Derived,
        frozen: Sequence[tuple[str, str]],
    ) -> None:
        self._derivatives: Derived = derivatives
        self._frozen: Sequence[tuple[str, str]] = frozen
        count = len(recording.parameters)
        super().__init__(recording.parameters, runner.static[:count])
        self._arguments: tuple[Argument, ...] = tuple(
            replace(argument, leaves=()) for argument in recording.arguments
        )
        self._shape: tuple[int, ...] = recording.shape
        self._count: int = len(recording.outputs)
        self._runner: Runner = runner
        self._listing: str = listing
        self._explanation: str = explanation
        self.source: str = source
        self.gradient: Array = runner.gradient[:count]
        self._alone: Alone = Alone(is_numpy=not isinstance(runner, KernelRunner | NativeRunner))

    def save(self, path: str | PathLike[str]) -> None:
        """Save the program: equations, parameters, labels, names, dtype, options.

        With `on_branch="split"`, all ways traced so far are saved. Of your own operations the
        file holds the definition, to compare: declare them before you load it.

        Args:
            path: of the file, by custom ending in ".safetensors". An older file is replaced.

        Raises:
            WrongTypeError: if the path is neither a str nor a `pathlib` path.
            FileError: if the file cannot be written.
            MissingPackageError: if safetensors is not installed.
            OptionError: if the program was compiled with `exact=True`, or has a way that runs the
                traced graph itself.
        """
        target = checked_path(path, "program.safetensors")
        ways = self._runner.encoded()
        self._unify()
        saved = Saved(
            [argument.name for argument in self._arguments],
            [argument.shape for argument in self._arguments],
            self._shape,
            [leaf.label for leaf in self._leaves],
            self.places(),
            [*self._frozen],
            self._parameters.dtype.name,
            "split" if isinstance(self._runner, BranchingRunner) else "error",
        )
        write_program(target, saved, ways, self._parameters.copy())

    def to_js(self) -> str:
        """Return the program as JavaScript: one ES module that imports nothing.

        The module exports

        - `parameters`, their number, and `initialParameters`, a Float64Array of the present ones;
        - `value(parameters, ...arguments)`, which returns the outputs of every example, one after
          the other, in a Float64Array that the next call of the same batch writes over;
        - `valueAndGrad(parameters, gradient, ...arguments)`, which returns the mean of the output
          over the batch and fills `gradient`; it is there if the function has one output.

        `parameters` and `gradient` are Float64Arrays, in the order of `program.parameters`. Each
        argument is a Float64Array of (batch, *shape of one example), in rows, with at least one
        example. An example whose comparison has another outcome than the traced one, and an array
        of a wrong length, throw an Error. All numbers are float64, whatever the dtype.

        Raises:
            OptionError: if the program was compiled with `exact=True` or `on_branch="split"`.
        """
        names = [argument.name for argument in self._arguments]
        self._unify()
        return to_javascript(self._equations(), self._parameters.tolist(), names)

    def to_c(self) -> str:
        """Return the program as C: one file of C99 that needs libm only and allocates nothing.

        The file has, with `double` everywhere and arguments of (batch, *shape of one example) in
        rows,

        - `int value(parameters, batch, arguments..., outputs)`;
        - `int value_and_gradient(parameters, batch, arguments..., mean, gradient)`, if the
          function has one output;
        - `const char *guard(number)`: both return 0, or the number of a comparison that has
          another outcome than the traced one, and this says which it is and where it stands.

        The working memory is static: one thread at a time. With `-DCHALKGRAD_EXAMPLE` the file is
        a program that prints the value and the gradient for arguments of 0.5, or the outputs if
        there are several.

        Raises:
            OptionError: if the program was compiled with `exact=True` or `on_branch="split"`.
        """
        names = [argument.name for argument in self._arguments]
        self._unify()
        return to_c(self._equations(), self._parameters.tolist(), names)

    def to_onnx(self, path: str | PathLike[str] | None = None) -> bytes:
        """Return the program as a model of ONNX, which any of its runtimes computes.

        The inputs have the names of the arguments and the shape (batch, *shape of one example); the
        output is `outputs`, of shape (batch, *shape of the result). Numbers have the dtype of the
        program; the parameters are constants with their present numbers. For a gradient, compile
        a function that returns it.

        An example whose comparison has another outcome than the traced one is nan, as is one whose
        index has no row. Loops are written out. Results agree to 13 digits, in float32 to 6; but
        onnxruntime has erf, and what is computed with it (gelu, normal_cdf), to seven digits only,
        and signs of 0 may differ.

        Args:
            path: of a file to write, too, by custom ending in ".onnx"; an older file is replaced.
                None, the default, writes none.

        Raises:
            OptionError: if the program was compiled with `exact=True` or `on_branch="split"`, has
                an operation that ONNX lacks, or too many equations.
            WrongTypeError: if the path is neither a str nor a `pathlib` path.
            FileError: if the file cannot be written.
            MissingPackageError: if onnx is not installed.
        """
        target = None if path is None else checked_path(path, "program.onnx")
        self._unify()
        content = to_onnx(self._equations(), self._parameters, self._arguments, self._shape)
        if target is not None:
            write_whole(target, content)
        return content

    def to_jax(self) -> Callable[..., Any]:
        """Return the program as a pure function of JAX: `f(parameters, *arguments)` of one batch.

        It takes the parameters as one array of (parameters,), such as `program.parameters`, and
        every argument as an array of (batch, *shape of one example), and returns the outputs of
        every example, of (batch, *shape of the result). It is traced, not compiled: put it under
        `jax.jit`. `jax.grad`, `jax.vmap` and `jax.export`, with a symbolic batch too, go through
        it; its derivatives, to any order, are those of the derivative table, at kinks and ties too:

            f = program.to_jax()
            loss = lambda parameters, *batch: f(parameters, *batch).mean()
            value, gradient = jax.jit(jax.value_and_grad(loss))(program.parameters, X, Y)

        It computes in the dtype of the parameters that it is given: in float64 after
        `jax.config.update("jax_enable_x64", True)`, else JAX makes float32 of them. It knows
        nothing of the present parameters. Of a parameter that was given twice, the first place
        counts.

        A pure function cannot raise: an example whose comparison has another outcome than the
        traced one has the output nan, and the gradient of a batch with such an example is nan.
        Numbers below 1e-308 count as 0, and `lgamma`, `digamma` and `polygamma` have JAX's values
        at poles and infinity.

        Raises:
            OptionError: if the program was compiled with `exact=True` or `on_branch="split"`.
            MissingPackageError: if jax is not installed.

        Warns:
            TracingWarning: if the program has more than 100 array equations, each of which
                may take XLA a tenth of a second and more to compile.
        """
        return to_jax(self._equations(), self._arguments, self._shape)

    def _equations(self) -> Equations:
        if not isinstance(self._runner, EquationRunner):
            raise OptionError(
                "a program of one way of array equations to print",
                f"{self!r}, compiled with exact=True or on_branch='split'",
                "compile it without; write branches with autodiff.where",
            )
        return self._runner.equations()

    def __repr__(self) -> str:
        names = ", ".join(argument.name for argument in self._arguments)
        return f"<program of ({names}), {self._parameters.size:,} parameters>"

    def __reduce__(self) -> Never:
        raise WrongTypeError(
            "a compiled program to stay in its process",
            "an attempt to copy or pickle it",
            "save it with program.save and load it with autodiff.load_program",
        )

    def __call__(self, *arguments: Any) -> Array:
        """Compute the outputs of every example.

        Args:
            arguments: arrays or nested lists of real numbers, each of shape (batch, *shape of one
                example), with at least one example.

        Returns:
            An array of shape (batch, *shape of the result): (batch,) if the function returns one
            Value, (batch, k) for a list of k Values.

        Raises:
            ShapeError: if a shape does not fit.
            OperandError: if an argument does not hold real numbers.
            BranchError: if a comparison has another outcome than in the traced example.
        """
        self._unify()
        given = batch_of(self._arguments, arguments, self.parameters.dtype)
        with self._alone:
            outputs = self._runner.run(given)
        return np.ascontiguousarray(outputs.T).reshape(given[0].shape[1], *self._shape)

    def value_and_grad(self, *arguments: Any, out: Array | None = None) -> tuple[float, Array]:
        """Compute the mean of the output over the batch, and its gradient by the parameters.

        Args:
            arguments: as in a call of the program.
            out: receives the gradient, of shape (parameters,) and the dtype of the program; a new
                array by default. `out=program.gradient` leaves the gradient where it was
                computed, and copies nothing.

        Returns:
            The mean, and the gradient in the order of `parameters`.

        Raises:
            ShapeError: if the function has several outputs, a shape does not fit, or `out` is not
                such an array.
            OperandError: if an argument does not hold real numbers.
            BranchError: if a comparison has another outcome than in the traced example.
        """
        self._check_differentiable()
        self._unify()
        given = batch_of(self._arguments, arguments, self.parameters.dtype)
        if not given[0].shape[1]:
            raise ShapeError(
                "at least one example",
                "an empty batch, which has no mean",
                "pass arrays of length 1 or more",
            )
        if out is None:
            out = np.empty_like(self.parameters)
        elif out is not self.gradient:
            remedy = "make it with np.empty_like(program.parameters)"
            check_out(out, self.parameters, "parameters", remedy)
        target = None if out is self.gradient else out
        with self._alone:
            value = self._runner.differentiate(given, target, given[0].shape[1])
        for place, first in self._repeats:
            out[place] = out[first]
        return value, out

    def descend(
        self,
        *arguments: Any,
        batches: Any,
        rates: Any,
        divisors: Sequence[float] | None = None,
        out: Array | None = None,
    ) -> Array:
        """Take steps of gradient descent: parameters <- parameters - rate * gradient.

        Each step takes the gradient of the mean output over a mini-batch (Robbins, Monro 1951).
        On the engine in C, Python is not entered between them.

        Args:
            arguments: as in a call of the program, all examples; an array of bytes (uint8) is
                read as it is, and not copied.
            batches: the examples of each step, counted from 0: whole numbers of shape
                (steps, batch).
            rates: the learning rate of each step, of shape (steps,).
            divisors: for each argument what its numbers are divided by, such as 255 for the
                pixels of images; 1 by default.
            out: a float64 array of shape (steps,) that receives the means as they are computed.

        Returns:
            The mean output over each mini-batch, before its step. It ends before the first step
            whose mean or gradient is not finite, or whose examples take another branch than the
            traced one: that step and the later ones are not taken.

        Raises:
            ShapeError: if the function has several outputs, or a shape does not fit.
            OperandError: if something holds anything but real numbers.
            OptionError: if an example is not there, or a divisor is 0.
        """
        self._check_differentiable()
        self._unify()
        kind = self.parameters.dtype
        steps = descent_of(self._arguments, arguments, batches, rates, divisors, out, kind)
        runner, count = self._runner, self._parameters.size
        with self._alone:
            is_native = isinstance(runner, KernelRunner)
            taken = runner.descend(steps, count) if is_native else stepwise(runner, steps, count)
        self._unify()
        if out is not None and out is not steps.losses:
            out[:taken] = steps.losses[:taken]
        return steps.losses[:taken]

    def argument_gradients(self, *arguments: Any) -> list[Array]:
        """Compute the gradient of each example's output by its own arguments.

        Args:
            arguments: as in a call of the program.

        Returns:
            For each argument an array of shape (batch, *shape of one example). Nothing is divided
            by the size of the batch.

        Raises:
            ShapeError: if the function has several outputs, or a shape does not fit.
            OperandError: if an argument does not hold real numbers.
            BranchError: if a comparison has another outcome than in the traced example.
        """
        flat = self._derived(self._derivatives.by_arguments, arguments)(*arguments)
        ends = np.cumsum([prod(argument.shape) for argument in self._arguments])
        found = np.split(flat, ends[:-1], axis=1)
        pairs = zip(found, self._arguments, strict=True)
        return [part.reshape(len(flat), *argument.shape) for part, argument in pairs]

    def example_gradients(self, *arguments: Any) -> Array:
        """Compute the gradient of each example's output by the parameters.

        Args:
            arguments: as in a call of the program.

        Returns:
            An array of shape (batch, parameters); its mean over the batch is the gradient that
            `value_and_grad` returns.

        Raises:
            ShapeError: if the function has several outputs, or a shape does not fit.
            OperandError: if an argument does not hold real numbers.
            BranchError: if a comparison has another outcome than in the traced example.
        """
        return self._derived(self._derivatives.by_parameters, arguments)(*arguments)

    def hessian_product(self, *arguments: Any, direction: Any) -> Array:
        """Compute the Hessian of the mean of the output by the parameters, times a direction.

        H v is the gradient of (gradient * v), by a reverse sweep over the traced gradient
        (Pearlmutter, Fast Exact Multiplication by the Hessian, 1994).

        Args:
            arguments: as in a call of the program.
            direction: one real number for each parameter. Of a parameter that was given twice,
                the first place counts.

        Returns:
            An array of shape (parameters,).

        Raises:
            ShapeError: if the function has several outputs, or a shape does not fit.
            OperandError: if an argument or the direction does not hold real numbers.
            BranchError: if a comparison has another outcome than in the traced example.
        """
        count = self._parameters.size
        moved = array_of(direction, "direction", self._parameters.dtype)
        if moved.shape != (count,):
            raise ShapeError(
                f"a direction of {count} numbers",
                f"shape {moved.shape}",
                "pass one for each parameter, in their order",
            )
        program = self._derived(self._derivatives.along_a_direction, arguments)
        program.parameters[count:] = moved
        for place, _ in self._repeats:
            program.parameters[count + place] = 0.0
        return program.value_and_grad(*arguments)[1][:count]

    def _derived(self, derivative: Callable[[], Program], arguments: tuple[Any, ...]) -> Program:
        """Return the program of a derivative, with the present parameters."""
        self._check_differentiable()
        self._unify()
        batch_of(self._arguments, arguments, self.parameters.dtype)  # errors name the arguments
        program = derivative()
        program.parameters[: self._parameters.size] = self._parameters
        return program

    def _check_differentiable(self) -> None:
        if self._count != 1:
            raise ShapeError(
                "one output to differentiate", f"{self._count}", "return the loss, or their sum"
            )

    @property
    def is_eager(self) -> bool:
        """Whether some examples ran eagerly: they took more ways than are compiled."""
        return isinstance(self._runner, BranchingRunner) and self._runner.is_full

    def __str__(self) -> str:
        return self._listing

    def explain(self) -> str:
        """Return a table of the passes and the program after each of them, up to its source."""
        return self._explanation
