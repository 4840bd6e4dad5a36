"""The devices of all processes: mini-batches are divided among them, parameters are on each."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from autodiff import OptionError
from autodiff.extend import numpy, package
from nn.data import Examples
from nn.errors import LostProcessError

if TYPE_CHECKING:
    from autodiff.extend import Array

_AXIS = "batch"


class Devices:
    """All devices that JAX finds, in one line.

    Attributes:
        whole: how an array lies that every device has.
        is_leader: whether this process, of all, writes files.
    """

    def __init__(self) -> None:
        self._jax: Any = package("jax")
        sharding = self._jax.sharding
        automatic = (sharding.AxisType.Auto,)
        self._mesh: Any = self._jax.make_mesh((self._jax.device_count(),), (_AXIS,), automatic)
        self._divided: Any = sharding.NamedSharding(self._mesh, sharding.PartitionSpec(None, _AXIS))
        self.whole: Any = sharding.NamedSharding(self._mesh, sharding.PartitionSpec())
        self.is_leader: bool = self._jax.process_index() == 0

    def any(self, *, wanted: bool) -> bool:
        """Return whether any process wants something; all must ask at the same time."""
        if self._jax.process_count() == 1:
            return wanted
        gathered = package("jax.experimental.multihost_utils").process_allgather
        with self.together():
            return bool(gathered(numpy().array(wanted)).any())

    def demand_alike(self, facts: bytes) -> None:
        """Refuse processes that begin with other facts; all must ask at the same time.

        Args:
            facts: what has to be the same in all of them.

        Raises:
            OptionError: if they differ.
            LostProcessError: if one of several processes has ended.
        """
        if self._jax.process_count() == 1:
            return
        digest = numpy().frombuffer(sha256(facts).digest(), numpy().uint8)
        gathered = package("jax.experimental.multihost_utils").process_allgather
        with self.together():
            digests = numpy().asarray(gathered(digest)).reshape(-1, digest.size)
        if (digests != digests[0]).any():
            raise OptionError(
                "processes that begin alike",
                "some with other parameters, settings or steps taken",
                "give all of them the same network, data, settings and checkpoint",
            )

    @contextmanager
    def together(self) -> Generator[None]:
        """Name the cause where other processes are missed.

        Raises:
            LostProcessError: if one of several processes has ended.
        """
        try:
            yield
        except self._jax.errors.JaxRuntimeError as error:
            count = self._jax.process_count()
            if count == 1:
                raise
            raise LostProcessError(
                f"{count} processes that take every step together",
                f"{error}".partition("\n")[0],
                "start all of them again, with resume= if there is a checkpoint",
            ) from error

    def divided(self, examples: Examples, indices: Array) -> tuple[Any, Any, Any]:
        """Return mini-batches of one size, divided among the devices.

        This process reads the rows of its own devices only. Where the devices cannot have equal
        parts, rows are repeated, with a share of 0.

        Args:
            examples: as arrays.
            indices: of the examples, of shape (steps, size).

        Returns:
            Inputs and targets of shape (steps, rows, numbers of one example), and the share that
            each row has in the mean, of shape (steps, rows).
        """
        steps, size = indices.shape
        part = -(-size // self._mesh.size)
        rows = numpy().arange(part * self._mesh.size)
        owners = numpy().array([each.process_index for each in self._mesh.devices.flat])
        own = rows[owners[rows // part] == self._jax.process_index()]
        places = indices[:, numpy().where(own < size, own, 0)]
        shares = numpy().where(own < size, 1.0 / size, 0.0)
        shares = numpy().broadcast_to(shares, (steps, own.size))
        put = self._jax.make_array_from_process_local_data
        inputs, targets = examples.inputs[places], examples.targets[places]
        return (
            put(self._divided, inputs, (steps, rows.size, *inputs.shape[2:])),
            put(self._divided, targets, (steps, rows.size, *targets.shape[2:])),
            put(self._divided, shares, (steps, rows.size)),
        )
