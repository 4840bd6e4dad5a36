"""`chalkgrad train`, `evaluate`, `predict`: short runs, files, pictures, errors, exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import numpy as np
import pytest

import nn
from autodiff.errors import MissingPackageError
from chalkgrad.cli import choices as recipes
from chalkgrad.cli.console import show
from chalkgrad.cli.main import main
from nn.data import Examples, Split


@pytest.fixture
def few_digits(monkeypatch) -> None:
    """Two images that are easily told apart, instead of the real ones."""
    images = [[1.0] * 32 + [0.0] * 32, [0.0] * 32 + [1.0] * 32]
    targets = [[float(digit == label) for digit in range(10)] for label in (0, 1)]
    part = Examples(images * 10, targets * 10)
    monkeypatch.setattr(recipes, "digits", lambda: Split(part, part[:2]))


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("layers", [["4", "3"], ["4,3"], ["4,", "3"]])
def test_without_a_terminal_there_is_one_line_for_each_epoch(layers, capsys) -> None:
    assert main(["train", "digits", "--layers", *layers, "--epochs", "2", "--seed", "1"]) == 0
    first, one, two, *table, last = capsys.readouterr().out.splitlines()
    assert first == "MLP of 64 -> 4 tanh -> 3 tanh -> 10 linear, 315 parameters"
    assert re.fullmatch(r"epoch 1/2  loss [\d.]+ +accuracy +\d+\.\d%", one)
    assert re.fullmatch(r"epoch 2/2  loss [\d.]+ +accuracy +\d+\.\d%", two)
    assert table[0].split() == ["shown", "read", "as", *map(str, range(10))]
    assert len(table) == 12
    assert re.fullmatch(
        r"\d of 2 held-out examples classified correctly: accuracy \d+\.\d% after \d+ s", last
    )


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("is_here", [True, False])
def test_handwriting_is_the_best_that_is_at_hand(is_here, capsys, monkeypatch) -> None:
    image = Examples(np.zeros((4, 784), np.uint8), np.eye(10)[:4])
    monkeypatch.setattr(recipes, "has_mnist", lambda _: is_here)
    monkeypatch.setattr(recipes, "mnist", lambda _: Split(image, image))
    assert main(["train", "handwriting", "--epochs", "1", "--layers", "2"]) == 0
    assert f"MLP of {784 if is_here else 64} -> 2 tanh" in capsys.readouterr().out


@pytest.mark.usefixtures("few_digits")
def test_two_runs_with_one_seed_say_the_same(capsys) -> None:
    outputs = []
    for _ in range(2):
        main(["train", "digits", "--epochs", "3", "--seed", "2", "--layers"])
        outputs.append(re.sub(r"after \d+ s", "", capsys.readouterr().out))
    assert outputs[0] == outputs[1]
    assert "64 -> 10 linear" in outputs[0]


@pytest.mark.usefixtures("few_digits")
def test_on_a_terminal_there_is_a_bar(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["train", "digits", "--epochs", "1", "--layers", "2"]) == 0
    out = capsys.readouterr().out
    assert "epoch 1/1" in out
    assert "left" in out
    assert "━" in out


def test_the_real_digits_are_learnt(capsys) -> None:
    pytest.importorskip("sklearn")
    assert main(["train", "digits", "--layers", "--epochs", "2"]) == 0
    match = re.search(r"accuracy (\d+\.\d)% after", capsys.readouterr().out)
    assert match is not None
    assert float(match[1]) >= 85


@pytest.mark.parametrize("name", recipes.OPTIMISERS)
@pytest.mark.parametrize("schedule", recipes.SCHEDULES)
def test_every_optimiser_goes_with_every_schedule(name, schedule, capsys) -> None:
    words = ["--optimizer", name, "--schedule", schedule, "--learning-rate", "0.01"]
    words += ["--epochs", "2", "--limit", "30", "--batch-size", "all", "--weight-decay", "0.1"]
    assert main(["train", "xor", "--layers", "3", *words]) == 0
    assert "epoch 2/2" in capsys.readouterr().out


@pytest.mark.parametrize("loss", recipes.LOSSES)
@pytest.mark.parametrize("dataset", ["moons", "circles", "spirals", "xor"])
def test_every_loss_has_the_outputs_and_targets_it_wants(dataset, loss, capsys) -> None:
    assert main(["train", dataset, "--loss", loss, "--epochs", "1", "--limit", "20"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    count, activation = (1, "linear") if loss == "hinge" else (2, recipes.LOSSES[loss][1])
    assert f"-> {count} {activation}" in first


def test_validation_stops_a_run_early(capsys) -> None:
    words = ["--validation", "50", "--patience", "1", "--epochs", "40", "--learning-rate", "2"]
    assert main(["train", "moons", *words]) == 0
    out = capsys.readouterr().out
    assert re.search(r"epoch  1/40 .* validation loss 0\.\d+ +accuracy +\d+\.\d%\n", out)
    assert re.search(r"stopped early after step \d+ of 1000\n", out)


def test_a_network_is_saved_evaluated_and_drawn(tmp_path, capsys) -> None:
    pytest.importorskip("safetensors")
    pytest.importorskip("matplotlib")
    file, plot = tmp_path / "net.safetensors", tmp_path / "curves.png"
    words = ["--epochs", "2", "--seed", "4", "--save", str(file), "--plot", str(plot)]
    assert main(["train", "circles", *words]) == 0
    out = capsys.readouterr().out
    assert f"wrote {file}\n" in out
    assert f"wrote {plot}\n" in out
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert nn.load(file).seed == 4
    verdict = re.search(r"(\d+ of 100) held-out .* (accuracy \d+\.\d%)", out)
    assert verdict is not None
    assert main(["evaluate", str(file), "circles"]) == 0
    judged = capsys.readouterr().out
    assert f"{verdict[1]} classified correctly: {verdict[2]}" in judged
    table = out[out.index("shown") : out.index("of 100")]
    assert table in judged
    assert main(["evaluate", str(file), "digits"]) == 2
    assert "a network of 64 inputs and 10 outputs for digits" in capsys.readouterr().err


def test_pictures_of_a_training_go_into_a_folder(tmp_path, capsys) -> None:
    pytest.importorskip("matplotlib")
    folder = tmp_path / "new" / "folder"
    words = ["--layers", "4", "--epochs", "1", "--pictures", str(folder)]
    assert main(["train", "xor", *words]) == 0
    names = ["training.png", "weights.png", "network.svg", "network.png"]
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("wrote")] == [
        f"wrote {folder / name}" for name in names
    ]
    assert all((folder / name).stat().st_size > 1000 for name in names)


@pytest.fixture
def digit_file(tmp_path):
    """A network that tells ink in the upper half, 0, from ink in the lower half, 1."""
    pytest.importorskip("safetensors")
    net = nn.MLP(64, [2])
    for label, neuron in enumerate(net.layers[0].neurons):
        for index, weight in enumerate(neuron.weights):
            weight.data = 1.0 if index // 32 == label else -1.0
    net.save(tmp_path / "net.safetensors")
    return tmp_path / "net.safetensors"


def test_pictures_are_read(digit_file, tmp_path, capsys) -> None:
    images = pytest.importorskip("PIL.Image")
    for name, rows in (("upper", slice(0, 4)), ("lower", slice(4, 8))):
        pixels = np.full((8, 8), 255, np.uint8)
        pixels[rows, 2:6] = 0
        images.fromarray(pixels).save(tmp_path / f"{name}.png")
    files = [str(tmp_path / f"{name}.png") for name in ("upper", "lower")]
    assert main(["predict", str(digit_file), *files]) == 0
    upper, lower = capsys.readouterr().out.splitlines()
    assert upper == f"{files[0]}: 0   (0: 100.0%, 1: 0.0%)"
    assert lower == f"{files[1]}: 1   (1: 100.0%, 0: 0.0%)"


def test_a_picture_that_is_missing_is_named(digit_file, tmp_path, capsys) -> None:
    assert main(["predict", str(digit_file), str(tmp_path / "none.png")]) == 2
    assert "chalkgrad: expected a picture that can be read, got" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], "the following arguments are required: dataset"),
        (["train", "letters"], "invalid choice: 'letters'"),
        (["train", "digits", "--epochs", "many"], "--epochs: invalid int value: 'many'"),
        (
            ["train", "digits", "--layers", "4,x"],
            "'4,x' is not a list of whole numbers such as 16,16",
        ),
        (["train", "digits", "--batch-size", "few"], "'few' is neither a whole number nor 'all'"),
        (["train", "digits", "--speed", "1"], "unrecognized arguments: --speed"),
        (
            ["train", "digits", "--activation", "rleu"],
            "got str 'rleu': did you mean 'relu'",
        ),
        (["train", "digits", "--layers", "0"], "the number of neurons, got int 0"),
        (["train", "digits", "--epochs", "0"], "the number of epochs, got int 0"),
        (["train", "digits", "--batch-size", "-1"], "the batch size, got int -1"),
        (["train", "digits", "--learning-rate", "0"], "the learning rate, got float 0.0"),
        (["train", "digits", "--weight-decay", "-1"], "weight decay, got float -1.0"),
        (
            ["train", "digits", "--limit", "0"],
            "argument --limit: '0' is not a whole number of at least 1",
        ),
        (["train", "digits", "--limit", "-5"], "argument --limit: '-5' is not a whole number"),
        (["train", "digits", "--limit", "x"], "argument --limit: 'x' is not a whole number"),
        (["train", "digits", "--layers", "16,,16"], "'16,,16' is not a list of whole numbers"),
        (["train", "digits", "--patience", "2"], "--validation with --patience, got none"),
        (["train", "digits", "--validation", "20"], "fewer than 20 examples held out, got 20"),
        (
            ["train", "xor", "--epochs", "1", "--plot", "a.txt"],
            "ends in .png, .svg or .pdf, got 'a.txt': write 'a.svg'",
        ),
        (
            ["train", "xor", "--epochs", "1", "--save", "no/a"],
            "ends in .safetensors, got 'no/a': write 'no/a.safetensors'",
        ),
        (["train", "xor", "--save", "net.txt"], "got 'net.txt': write 'net.safetensors'"),
        (["train", "xor", "--save", "."], "'.' (Is a directory): name a file in it"),
        (
            ["train", "xor", "--plot", "no/a.png"],
            "'no/a.png' (No such file or directory): make the folder no",
        ),
        (["train", "xor", "--plot", "a"], "got 'a': write 'a.svg'"),
        (["train", "xor", "--pictures", __file__], "test_train.py' (Not a directory)"),
        (["train", "xor", "--pictures", f"{__file__}/a/b"], "a/b' (Not a directory)"),
        (["train", "mnist", "--data", "none"], "the four files of MNIST in none"),
        (["evaluate", "none", "xor"], "expected a readable file none, got No such file"),
        (["predict", "none"], "the following arguments are required: image"),
    ],
)
@pytest.mark.usefixtures("few_digits")
def test_bad_arguments_are_explained_with_exit_code_2(arguments, message, capsys) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    assert "epoch" not in captured.out


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("safetensors.numpy", ["--save", "net.safetensors"]),
        ("matplotlib", ["--plot", "a.png"]),
        ("matplotlib", ["--pictures", "new"]),
    ],
)
def test_a_package_that_is_missing_is_missed_before_the_training(
    package, words, capsys, monkeypatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["train", "xor", "--epochs", "1", *words]) == 2
    captured = capsys.readouterr()
    assert 'pip install "chalkgrad[' in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"], ["play"]])
def test_help_is_no_failure_and_fits_a_terminal(command, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*command, "--help"]) == 0
    out = capsys.readouterr().out
    assert "usage: chalkgrad" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "None" not in out


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "stopped before the end"),
        (MissingPackageError("scikit-learn", "none", "pip install"), 2, "expected scikit-learn"),
    ],
)
def test_interruptions_and_missing_packages_end_in_one_line(
    raised, code, message, capsys, monkeypatch
) -> None:
    def interrupted() -> Split:
        raise raised

    monkeypatch.setattr(recipes, "digits", interrupted)
    assert main(["train", "digits"]) == code
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_ctrl_c_keeps_what_was_learnt(tmp_path) -> None:
    pytest.importorskip("safetensors")
    program = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may ignore it
        "from chalkgrad.cli import main as program, train\n"
        "class Lines(train._Lines):\n"
        "    def __call__(self, record):\n"
        "        super().__call__(record)\n"
        "        if record.step == 100:\n"
        "            signal.raise_signal(signal.SIGINT)\n"
        "train._Lines = Lines\n"
        "sys.exit(program.main(['train', 'moons', '--epochs', '100000', '--save', sys.argv[1]]))\n"
    )
    file = tmp_path / "net.safetensors"
    result = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 130
    assert re.search(r"interrupted after step 10[01] of 3000000\n", result.stdout)
    assert result.stderr == ""
    assert len(nn.load(file).parameters()) > 0


@pytest.mark.parametrize("force", [{}, {"FORCE_COLOR": "1", "TERM": "xterm"}])
def test_a_reader_that_goes_away_leaves_the_training_to_be_saved(force, tmp_path) -> None:
    pytest.importorskip("safetensors")
    file = tmp_path / "net.safetensors"
    options = ["--layers", "2", "--epochs", "5", "--save", str(file)]
    with subprocess.Popen(
        [sys.executable, "-m", "chalkgrad", "train", "moons", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **force},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert len(nn.load(file).parameters()) > 0


@pytest.mark.parametrize(
    "option",
    ["--epochs 0", "--batch-size 0", "--learning-rate nan", "--patience 0 --validation 9"],
)
def test_settings_are_checked_before_anything_is_printed(option, capsys) -> None:
    assert main(["train", "xor", "--layers", "2", *option.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "chalkgrad: expected" in err


def test_paths_that_look_like_markup_are_printed_as_text(monkeypatch, capsys) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    show("[draft]/1.png: 5", "[/]")
    assert capsys.readouterr().out == "[draft]/1.png: 5\n\n[/]\n"


@pytest.mark.usefixtures("few_digits")
def test_a_narrow_terminal_breaks_no_word(capsys, monkeypatch) -> None:
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert main(["train", "digits", "--layers", "4,3", "--epochs", "10", "--seed", "1"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 40
    assert "held-out examples classified correctly" in " ".join(out.split())
