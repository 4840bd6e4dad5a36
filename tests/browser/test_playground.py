"""The playground in Chromium: its numbers are Python's, and everything in it can be worked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import autodiff
import nn
import viz
from nn.data.images import square_inputs

pytestmark = pytest.mark.browser

CHECKS = (Path(__file__).parent / "playground_checks.js").read_text(encoding="utf-8")
PLAYGROUND = "window.playground"
MOONS = nn.data.moons(60, seed=1, sides=True)
STEPS = f"""count => {{
    for (let step = 0; step < count; step++) {PLAYGROUND}.step();
    return Array.from({PLAYGROUND}.session.training.losses);
}}"""
PARAMETERS = f"() => Array.from({PLAYGROUND}.session.training.parameters)"


def moons_net(**options):
    return nn.MLP(2, [8, 8, 1], **{"activation": "tanh", "seed": 1} | options)


def wait_for(page, condition):
    """Wait until an expression is true; the page's policy forbids Playwright's own way."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{condition} is not true after half a minute")


@pytest.fixture
def played(opened, tmp_path):
    """Return a function that opens the playground of a network; nothing may be said or asked."""
    everything = []

    def open_playground(net, data, *, width=1280, scheme="light", context=None, **settings):
        path = viz.playground(net, data, **settings).save(tmp_path / f"{len(everything)}.html")
        page, heard = opened(path, width, scheme, **context or {})
        everything.append(heard)
        return page

    yield open_playground
    assert everything
    assert [heard for heard in everything if heard] == []


@pytest.fixture
def moons_page(played):
    return played(moons_net(), MOONS, learning_rate=0.1, seed=3)


@pytest.fixture(scope="module")
def digit_net():
    pytest.importorskip("sklearn")
    train, _ = nn.data.digits()
    net = nn.MLP(64, [16, 10], activation="tanh", initialiser="xavier_uniform", seed=1)
    settings = {"loss": nn.cross_entropy, "learning_rate": 0.3, "progress": False}
    nn.fit(net, train, epochs=8, batch_size=10, **settings)
    return net, train[:100]


@pytest.fixture
def digit_page(played, digit_net):
    net, data = digit_net
    return played(net, data, loss=nn.cross_entropy, learning_rate=0.1)


def three_classes():
    draw = np.random.default_rng(1)
    return [(draw.normal(loc=(k, k * k % 3), scale=0.4).tolist(), k) for k in (0, 1, 2) * 9]


RUNS = {
    "mini-batches": (moons_net(), MOONS, {"batch_size": 7, "learning_rate": 0.1}),
    "online": (moons_net(), MOONS, {"batch_size": 1, "learning_rate": 0.01, "seed": 5}),
    "all at once": (moons_net(), MOONS, {"batch_size": None, "learning_rate": 0.3}),
    "hinge": (
        moons_net(activation="relu"),
        MOONS,
        {"batch_size": 10, "learning_rate": 0.02, "loss": nn.hinge},
    ),
    "classes": (
        nn.MLP(2, [5, 3], activation="gelu", seed=2),
        three_classes(),
        {"batch_size": 4, "learning_rate": 0.1, "loss": nn.cross_entropy},
    ),
    "probability": (
        nn.MLP(2, [6, 1], activation="sigmoid", output_activation="sigmoid", seed=3),
        [(inputs, [float(targets[0] > 0)]) for inputs, targets in MOONS],
        {"batch_size": 10, "learning_rate": 0.5, "loss": nn.binary_cross_entropy},
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_hundred_steps_are_those_of_fit(played, name):
    net, data, settings = RUNS[name]
    before = net.state_dict()
    page = played(net, data, **settings)
    losses = page.evaluate(STEPS, 100)
    epochs = -(-100 * (settings["batch_size"] or len(data)) // len(data))
    history = nn.fit(net, data, epochs=epochs, progress=False, **settings)
    net.load_state_dict(before)
    assert losses == pytest.approx([record.loss for record in history[:100]], rel=1e-9)
    assert losses[-1] < losses[0] or min(losses) < losses[0] / 2


def test_the_digit_network_trains_as_in_python(digit_page, digit_net):
    net, data = digit_net
    before = net.state_dict()
    losses = digit_page.evaluate(STEPS, 30)
    settings = {"loss": nn.cross_entropy, "learning_rate": 0.1, "progress": False}
    history = nn.fit(net, data, epochs=3, batch_size=10, **settings)
    parameters = [leaf.data for leaf in net.parameters()]
    net.load_state_dict(before)
    assert losses == pytest.approx([record.loss for record in history], rel=1e-9)
    assert digit_page.evaluate(PARAMETERS) == pytest.approx(parameters, rel=1e-9, abs=1e-12)


def test_frozen_parameters_stay(played):
    net = moons_net()
    net.layers[0].freeze()
    page = played(net, MOONS, learning_rate=0.1)
    page.evaluate(STEPS, 5)
    found, start = page.evaluate(PARAMETERS), [leaf.data for leaf in net.parameters()]
    assert found[:24] == start[:24]
    assert all(one != other for one, other in zip(found[24:], start[24:], strict=True))


def test_run_pause_step_and_reset(moons_page):
    page = moons_page
    assert page.inner_text("#steps") == "0"
    page.click("#step")
    assert page.inner_text("#steps") == "1"
    page.click("#run")
    assert page.inner_text("#run") == "Pause"
    wait_for(page, f"{PLAYGROUND}.session.training.steps > 50")
    page.click("#run")
    stopped = page.evaluate(f"{PLAYGROUND}.session.training.steps")
    page.wait_for_timeout(100)
    assert page.inner_text("#steps").replace(",", "") == str(stopped)
    page.click("#reset")
    assert page.inner_text("#steps") == "0"
    assert page.evaluate(PARAMETERS) == [leaf.data for leaf in moons_net().parameters()]


def test_a_slow_run_takes_no_more_steps_than_chosen(moons_page):
    moons_page.select_option("#speed", "5")
    moons_page.click("#run")
    wait_for(moons_page, f"{PLAYGROUND}.session.training.steps >= 4")
    steps, seconds = moons_page.evaluate(f"""() => {{
        const passed = performance.now() - {PLAYGROUND}.paced.since;
        return [{PLAYGROUND}.session.training.steps, passed / 1000];
    }}""")
    assert steps <= 5 * seconds


def test_rate_and_batch_size_apply_from_the_next_step(moons_page):
    page = moons_page
    page.select_option("#rate", "0.01")
    page.select_option("#batch", "60")
    before = np.array(page.evaluate(PARAMETERS))
    page.click("#step")
    moved = before - np.array(page.evaluate(PARAMETERS))
    net = moons_net()
    loss = autodiff.mean([nn.mean_squared_error(net(x), y) for x, y in MOONS])
    loss.backward()
    gradient = [leaf.grad for leaf in net.parameters()]
    assert moved.tolist() == pytest.approx([0.01 * x for x in gradient], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(("hidden", "activation"), [("4", "relu"), ("8, 8, 8", "sigmoid")])
def test_another_network_is_a_program_of_its_own(moons_page, hidden, activation):
    page = moons_page
    page.select_option("#hidden", hidden)
    page.select_option("#activation", activation)
    widths = [int(width) for width in hidden.split(", ")]
    options = {"activation": activation, "initialiser": "xavier_uniform", "seed": 1}
    net = nn.MLP(2, [*widths, 1], **options)
    assert page.inner_text("#summary") == repr(net).removeprefix("MLP of ").rsplit(",", 1)[
        0
    ].replace("->", "\u2192")
    assert page.locator(".unit:enabled").count() == sum(widths) + 1
    losses = page.evaluate(STEPS, 12)
    history = nn.fit(net, MOONS, epochs=2, batch_size=10, learning_rate=0.1, seed=3, progress=False)
    assert losses == pytest.approx([record.loss for record in history], rel=1e-9)


def test_no_hidden_layer_has_no_activation_to_choose(moons_page):
    moons_page.select_option("#hidden", "")
    assert moons_page.is_disabled("#activation")
    moons_page.select_option("#hidden", "4, 4")
    assert moons_page.is_enabled("#activation")


def test_noise_moves_the_examples_and_0_brings_them_back(moons_page):
    points = f"() => Array.from({PLAYGROUND}.session.examples.inputs.numbers)"
    before = moons_page.evaluate(points)
    moons_page.locator("#noise").fill("0.2")
    moved = np.array(moons_page.evaluate(points)) - before
    assert 0.1 < moved.std() < 0.3
    assert moons_page.inner_text("#noise-shown") == "0.2"
    moons_page.locator("#noise").fill("0")
    assert moons_page.evaluate(points) == before


def test_a_run_that_diverges_says_so(played):
    page = played(moons_net(activation="linear"), MOONS, learning_rate=3, batch_size=None)
    page.click("#run")
    wait_for(page, "document.getElementById('message').textContent")
    assert "lower learning rate" in page.inner_text("#message")
    assert page.inner_text("#run") == "Run"
    assert all(np.isfinite(page.evaluate(PARAMETERS)))
    page.click("#reset")
    assert page.inner_text("#message") == ""


def test_a_loss_that_branches_stops_with_the_line_that_decides(played):
    def one_sided(outputs, targets):
        error = outputs[0] - targets[0]
        return error * error if error > 0 else -error

    page = played(moons_net(), MOONS, loss=one_sided, learning_rate=0.1)
    page.click("#run")
    wait_for(page, "document.getElementById('message').textContent")
    assert "The compiled program stopped: expected" in page.inner_text("#message")
    assert page.inner_text("#run") == "Run"


def test_a_click_on_a_neuron_shows_what_it_computes(moons_page):
    page = moons_page
    page.locator(".unit", has_text="").nth(2 + 8 + 4).click()  # after inputs and first layer
    assert page.inner_text(".neuron h2") == "Layer 2, neuron 5: tanh"
    net = moons_net()
    inner = net.layers[0](MOONS[0][0])
    before = net.layers[1].neurons[4].pre_activation(inner).data
    assert f"{before:.3g}".replace("-", "\u2212") in page.inner_text(".neuron .number")
    assert len(set(page.locator(".neuron canvas").screenshot())) > 20


def test_a_click_on_a_line_selects_its_weight(moons_page):
    page = moons_page
    place = page.evaluate(f"""() => {{
        const line = {PLAYGROUND}.diagram.lines.find((each) =>
            each.layer === 3 && each.input === 6);
        const box = {PLAYGROUND}.diagram.svg.getBoundingClientRect();
        return [box.left + line.x1 * 0.7 + line.x2 * 0.3, box.top + line.y1 * 0.7 + line.y2 * 0.3];
    }}""")
    page.mouse.click(*place)
    assert page.inner_text(".neuron h2") == "Output 1: linear"
    assert page.locator('.weights [aria-pressed="true"]').inner_text() == "neuron 7"


def gradients(net, indices):
    """Return the derivative of the loss of each example by every parameter."""
    rows = []
    for index in indices:
        inputs, targets = MOONS[index]
        net.zero_grad()
        nn.mean_squared_error(net(inputs), targets).backward()
        rows.append([leaf.grad for leaf in net.parameters()])
    return np.array(rows)


@pytest.mark.parametrize("place", [(1, 3, 1), (1, 3, 2), (2, 5, 6), (3, 0, 7), (3, 0, 8)])
def test_why_a_weight_is_the_sum_over_examples_and_paths(moons_page, place):
    layer, neuron, weight = place
    found = moons_page.evaluate(
        f"""([layer, neuron, input]) => {{
            const session = {PLAYGROUND}.session;
            const place = {{ layer, neuron, input }};
            const indices = session.training.next();
            const {{ partsOf, chainOf }} = {PLAYGROUND}.why;
            const parts = partsOf(session.subject(), place, session.examples, indices);
            const [x, y] = [session.examples.inputs.row(0), session.examples.targets.row(0)];
            const chain = layer < 3 ? chainOf(session.subject(), place, x, y) : null;
            return {{ at: session.arrangement.parameter(place), indices, parts, chain }};
        }}""",
        [layer, neuron, weight],
    )
    net = moons_net()
    rows = gradients(net, found["indices"])
    products = [part["product"] for part in found["parts"]]
    assert products == pytest.approx(rows[:, found["at"]].tolist(), rel=1e-9, abs=1e-15)
    by_hand = [part["activation"] * part["delta"] for part in found["parts"]]
    assert by_hand == pytest.approx(products, rel=1e-9, abs=1e-15)
    if layer < 3:
        terms = found["chain"]["terms"]
        reached = sum(term["weight"] * term["delta"] for term in terms)
        assert len(terms) == (8 if layer == 1 else 1)
        assert found["chain"]["slope"] * reached == pytest.approx(found["chain"]["delta"], rel=1e-9)


def test_a_weight_that_is_changed_changes_everything(moons_page):
    page = moons_page
    page.locator(".unit:enabled").nth(3).click()
    page.click('[aria-label="why the weight of x2"]')
    region = page.locator("#plane").screenshot()
    field = page.locator('[aria-label="weight of x2"]')
    field.fill("2.5")
    field.press("Enter")
    net = moons_net()
    net.layers[0].neurons[3].weights[1].data = 2.5
    assert page.evaluate(PARAMETERS) == [leaf.data for leaf in net.parameters()]
    indices = page.evaluate(f"{PLAYGROUND}.session.training.next()")
    at = 3 * 3 + 1
    mean = gradients(net, indices)[:, at].mean()
    shown = f"{mean:.3g}".replace("-", "\u2212")
    assert page.inner_text(".why h2 >> nth=0") == f"Why dC/dw = {shown}"
    assert page.locator("#plane").screenshot() != region
    page.locator('[aria-label="the selected weight"]').fill("-1.5")
    assert page.evaluate(PARAMETERS)[at] == -1.5


def test_an_example_of_why_can_be_looked_at(moons_page):
    page = moons_page
    link = page.locator(".why .link").nth(2)
    name = link.inner_text()
    link.click()
    assert page.input_value("#example") == name.removeprefix("example ")
    assert page.inner_text(".why h2 >> nth=1") == f"\u03b4 of {name}"
    assert page.locator('.why [aria-pressed="true"]').inner_text() == name


def test_a_point_of_the_plane_can_be_looked_at(moons_page):
    page = moons_page
    box = page.locator("#plane").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    probe = page.evaluate(f"Array.from({PLAYGROUND}.session.probe)")
    (left, right), (bottom, top) = page.evaluate(f"{PLAYGROUND}.session.facts.ranges")
    assert probe == pytest.approx([(left + right) / 2, top + (bottom - top) / 4], abs=0.02)
    assert page.input_value("#example") == ""
    output = moons_net()(probe)[0].data
    assert page.evaluate(
        f"{PLAYGROUND}.session.looked()[{PLAYGROUND}.session.arrangement.after(3, 0)]"
    ) == pytest.approx(output, rel=1e-12)


def draw_one(page):
    """Draw a 1 with the mouse."""
    box = page.locator("#pad").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(x, y + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(x, y + 0.8 * box["height"], steps=8)
    page.mouse.up()


def pixels(page):
    """Return the grey levels of the field that is drawn on."""
    levels = page.evaluate("""() => {
        const pad = document.getElementById("pad");
        const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
        return Array.from({ length: pad.width * pad.height }, (_, at) => data[4 * at]);
    }""")
    return (np.array(levels) / 255).reshape(280, 280)


def test_a_digit_that_is_drawn_is_read_as_in_python(digit_page, digit_net):
    net, _ = digit_net
    draw_one(digit_page)
    inputs = square_inputs(pixels(digit_page).tolist(), 8)
    found = digit_page.evaluate(f"Array.from({PLAYGROUND}.session.probe)")
    assert found == pytest.approx(inputs, abs=2e-6)  # Python fits the brightness of the paper
    shares = net.probabilities([inputs])[0]
    answer = int(shares.argmax())
    assert digit_page.inner_text("#reading") == f"It reads {answer} ({100 * shares[answer]:.1f} %)"
    digit_page.click("#clear")
    assert pixels(digit_page).min() == 1
    assert digit_page.input_value("#example") == "0"


def test_a_finger_draws_too(played, digit_net):
    net, data = digit_net
    page = played(
        net, data, loss=nn.cross_entropy, width=360, context={"has_touch": True, "is_mobile": True}
    )
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert pixels(page).min() < 0.1
    assert page.inner_text("#reading").startswith("It reads ")


def test_arrow_keys_draw_and_choose_a_pixel(digit_page):
    page = digit_page
    page.focus("#pad")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    column = pixels(page)[:, 140]
    assert 0.3 < (column < 0.5).mean() < 0.5
    page.keyboard.press("Shift+ArrowRight")
    assert (pixels(page) < 0.5).any(axis=0).sum() < 30
    page.focus(".neuron canvas")
    before = page.evaluate(f"{PLAYGROUND}.session.selected.input")
    page.keyboard.press("ArrowUp" if before >= 8 else "ArrowDown")
    assert abs(page.evaluate(f"{PLAYGROUND}.session.selected.input") - before) == 8


def test_the_keyboard_alone_does_everything(moons_page):
    page = moons_page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Space")
    wait_for(page, f"{PLAYGROUND}.session.training.steps > 3")
    page.keyboard.press("Space")
    assert page.inner_text("#run") == "Run"
    while "unit" not in page.evaluate("document.activeElement.className"):
        page.keyboard.press("Tab")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert page.inner_text(".neuron h2") == "Layer 2, neuron 2: tanh"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert {"weight of neuron 8", "why the weight of bias", "the selected weight"} <= reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("kind", ["plane", "image", "numbers"])
def test_the_page_is_sound(played, digit_net, kind, width, scheme):
    if kind == "plane":
        net, data, loss = moons_net(), MOONS, nn.mean_squared_error
    elif kind == "image":
        (net, data), loss = digit_net, nn.cross_entropy
    else:
        net, loss = nn.MLP(3, [4, 2], seed=1), nn.mean_squared_error
        data = [([0.1 * k, -0.2 * k, 1.0], [float(k), -float(k)]) for k in range(9)]
    page = played(net, data, loss=loss, width=width, scheme=scheme)
    page.click("#step")
    assert page.evaluate(CHECKS) == []


def test_nothing_moves_by_itself(played):
    page = played(moons_net(), MOONS, context={"reduced_motion": "reduce"})
    page.wait_for_timeout(300)
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.inner_text("#steps") == "0"


def test_the_checks_find_what_is_wrong(opened, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(
        '<body style="background: #fff"><p style="color: #bbb">faint</p><button></button>'
        '<input><div style="width: 2000px">wide</div><p id="a"></p><p id="a"></p></body>',
        encoding="utf-8",
    )
    page, _ = opened(path, 360, "light")
    found = "\n".join(page.evaluate(CHECKS))
    for text in ('"faint"', "BUTTON", "INPUT", "sideways", "twice: a"):
        assert text in found
