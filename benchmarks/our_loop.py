"""`python -m benchmarks.our_loop FOLDER EPOCHS`: the peak memory of our training run.

It trains by Nielsen's recipe; `benchmarks.torch_loop` does the same by PyTorch.
"""

from __future__ import annotations

import sys

import nn

from .peak import peak_memory


def main() -> None:
    """Train, and print the peak of resident memory in bytes."""
    folder, epochs = sys.argv[1:]
    net = nn.MLP(784, [30, 10], activation="sigmoid", output_activation="sigmoid")
    train, held_out = nn.data.mnist(folder)
    nn.fit(
        net,
        train,
        epochs=int(epochs),
        batch_size=10,
        loss=nn.half_squared_error,
        learning_rate=3.0,
        validation=held_out,
        progress=False,
    )
    print(peak_memory())


if __name__ == "__main__":
    main()
