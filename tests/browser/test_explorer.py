"""The explorer in Chromium: its numbers are Python's, and everything in it can be worked."""

from __future__ import annotations

import re
from math import inf, nan
from pathlib import Path

import pytest

import autodiff
import viz
from autodiff import Value, by_hand, exp, log, logsumexp, maximum, nudge, sqrt, tanh, trace, why
from autodiff.extend import Graph, digits, foreseen_mistakes

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "browser"
CHECKS = (Path(__file__).parent / "explorer_checks.js").read_text(encoding="utf-8")
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "\"quotes' &amp; ]]> <!--",
    "\u202eright to left\u202c",
    "a\x00b\ud800c\nd",
    "long " * 2000,
    "{0} {out} $title",
]


def neuron():
    x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
    x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    out = tanh(x1 * w1 + x2 * w2 + b)
    out.label = "out"
    return out


def twice():
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


def arithmetic():
    x, y = Value(0.1, label="x"), Value(-0.7, label="y")
    z = (x * y - 1 / x) * sqrt(x * x + y * y) + (x - y) ** 2
    return z / (1 + z * z)


def many_kinds():
    x, y = Value(0.3, label="x"), Value(1.7, label="y")
    parts = [x.sigmoid(), y.gelu(), exp(-x), log(y), maximum(x, y, 1.0), x**y, (x - y).relu()]
    return logsumexp(parts) + autodiff.softplus(x) + y.leaky_relu()


def layers():
    inputs = [Value(0.1 * i - 0.7, label=f"x{i}") for i in range(16)]
    layer = [tanh(sum(Value(0.1 * (i % 5), label="w") * x for x in inputs)) for i in range(16)]
    return sum(layer)


GRAPHS = {
    "neuron": neuron,
    "twice": twice,
    "arithmetic": arithmetic,
    "many kinds": many_kinds,
    "folded": layers,
    "one leaf": lambda: Value(2.0, label="x"),
    "not finite": lambda: log(Value(-1.0, label="x")) * Value(inf, label="y") + Value(nan),
}


@pytest.fixture
def explored(opened, tmp_path):
    """Return a function that opens the page of a graph; nothing may be said or asked."""
    everything = []

    def open_page(loss, *, width=1280, scheme="light", address="", context=None, **options):
        path = viz.explore(loss, **options).save(tmp_path / f"{len(everything)}.html")
        page, heard = opened(path, width, scheme, **context or {})
        if address:
            page.goto(f"{path.as_uri()}#{address}")
            page.wait_for_function("address => explorer.address === address", arg=f"#{address}")
        everything.append(heard)
        return page

    yield open_page
    assert [heard for heard in everything if heard] == []


def numbers(page):
    """Return every value and every adjoint of the page."""
    found = page.evaluate(
        "() => [explorer.engine.values.slice(0, explorer.engine.count), explorer.engine.adjoints]"
        ".map(xs => Array.from(xs, String))"
    )
    return [[float(x.replace("Infinity", "inf")) for x in xs] for xs in found]


def of_python(loss):
    graph = Graph([loss])
    adjoint = graph.adjoints()
    return [[node.data for node in graph.order], [adjoint[node] for node in graph.order]]


def rows_of(table):
    """Return the texts of the rows of a table, which is filled a moment after it is opened."""
    rows = table.locator("tbody tr")
    rows.first.wait_for()
    return rows.all_inner_texts()


def told(page):
    return page.locator('[data-part="narration"] p').all_inner_texts()


def grad_of(page, name):
    return page.evaluate(
        "name => explorer.picture.cardOf.get(explorer.data.names.indexOf(name)).grad.textContent",
        name,
    )


# -- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRAPHS)
def test_the_numbers_are_those_of_python(explored, name):
    loss = GRAPHS[name]()
    for found, expected in zip(numbers(explored(loss)), of_python(loss), strict=True):
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-300, nan_ok=True)


def test_arithmetic_is_equal_to_the_bit(explored):
    loss = arithmetic()
    assert numbers(explored(loss)) == of_python(loss)


def test_a_changed_leaf_changes_everything_as_in_python(explored):
    loss = many_kinds()
    page = explored(loss)
    x = next(node for node in Graph([loss]).leaves if node.label == "x")
    for number in ("-1.25", "1/8", "1e-3"):
        page.get_by_label("x, number").first.fill(number)
        page.keyboard.press("Enter")
        x.data = float(number) if "/" not in number else 0.125
        loss.recompute()
        for found, expected in zip(numbers(page), of_python(loss), strict=True):
            assert found == pytest.approx(expected, rel=1e-13, nan_ok=True)
    page.get_by_label("x, number").first.fill("two")
    page.keyboard.press("Enter")
    assert page.get_by_label("x, number").first.get_attribute("aria-invalid") == "true"
    assert numbers(page)[0][0] == 0.001


def test_a_slider_changes_a_leaf_and_reset_takes_it_back(explored):
    loss = neuron()
    page = explored(loss)
    before = numbers(page)
    slider = page.get_by_label("w1, slider").first
    slider.focus()
    page.keyboard.press("Home")
    assert numbers(page)[0] != before[0]
    assert float(slider.input_value()) == -9.0
    page.get_by_role("button", name="Reset").click()
    assert numbers(page) == before


@pytest.mark.parametrize("start", [1e308, -1.7e308, 5e-324, inf, nan, 0.0, -3.0])
def test_a_slider_has_finite_ends_whatever_the_number(explored, start):
    page = explored(Value(start, label="x") * 1.0)
    ends = "() => ['min', 'max'].map(end => Number(explorer.leaves.controls[0].slider[end]))"
    first = page.evaluate(ends)
    assert -inf < first[0] < first[1] < inf
    field = page.get_by_label("x, number").first
    for number in ("-1e308", "inf", "nan", "1e308"):
        field.fill(number)
        page.keyboard.press("Enter")
        low, high = page.evaluate(ends)
        assert -inf < low < high < inf
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate(ends) == first


@pytest.mark.parametrize("rate", ["inf", "nan", "fast", ""])
def test_a_rate_that_is_no_number_moves_nothing(explored, rate):
    page = explored(neuron())
    before = numbers(page)
    page.get_by_label("learning rate").fill(rate)
    page.get_by_role("button", name="Take a step downhill").click()
    assert page.get_by_label("learning rate").get_attribute("aria-invalid") == "true"
    assert numbers(page) == before


def test_a_step_downhill_is_that_of_gradient_descent(explored):
    loss = neuron()
    page = explored(loss)
    page.get_by_label("learning rate").fill("0.25")
    page.get_by_label("hold x1 where it is").check()
    for _ in range(3):
        page.get_by_role("button", name="Take a step downhill").click()
        graph = Graph([loss])
        adjoint = graph.adjoints()
        for leaf in graph.leaves:
            leaf.data -= 0.25 * adjoint[leaf] * (leaf.label != "x1")
        loss.recompute()
        for found, expected in zip(numbers(page), of_python(loss), strict=True):
            assert found == pytest.approx(expected, rel=1e-12)
    assert "→" in page.locator(".trail").inner_text()


@pytest.mark.parametrize(
    "x", [0.0, 1.0, -2.5, 1 / 3, 0.001953125, 5e-324, 1e300, 123456.5, 999999.5, 1e-5, inf, nan]
)
def test_numbers_are_written_as_in_python(explored, x):
    page = explored(Value(x, label="x") * 1.0)
    for count in (1, 2, 4, 6, 17):
        shown = page.evaluate(
            "count => [1, -1].map(s => { const e = explorer.narration; e.significant = count;"
            "return e.number(s * explorer.engine.values[0]); })",
            count,
        )
        assert shown == [digits(x, count), digits(-x, count)]


# -- steps ---------------------------------------------------------------------------------------


def test_every_step_is_told_in_words_and_numbers(explored):
    page = explored(twice(), address="step=0")
    expected = [
        ["0 of 6: the leaves have the numbers that they were given"],
        ["1 of 6: b = a + a = 3 + 3 = 6"],
        ["2 of 6: c = b + b = 6 + 6 = 12"],
        ["3 of 6: the derivative of c by itself is 1"],
        [
            "4 of 6: c passes on its complete adjoint",
            "b receives 1 · 1 = 1",
            "b receives 1 · 1 = 1, in all 2: complete",
        ],
        [
            "5 of 6: b passes on its complete adjoint",
            "a receives 2 · 1 = 2",
            "a receives 2 · 1 = 2, in all 4: complete",
        ],
        ["6 of 6: every adjoint is complete: ∂c/∂a = 4"],
    ]
    for index, lines in enumerate(expected):
        assert told(page) == lines
        if index < 6:
            page.get_by_role("button", name="Step forward").click()
    assert page.get_by_role("button", name="Step forward").get_attribute("aria-disabled")


def test_the_backward_steps_are_told_as_by_steps(explored):
    loss = many_kinds()
    frames = viz.steps(loss, by="node", digits=4)
    page = explored(loss, address="step=0")
    turn = page.evaluate("() => explorer.timeline.turn")
    for index in range(1, len(frames)):
        page.evaluate("frame => explorer.go(frame)", turn + index)
        heading, *lines = told(page)
        source = frames[index].source
        for text in [heading.split(": ", 1)[1], *lines]:
            assert text.replace("&", "&amp;") in source


def test_the_naive_order_is_shown_with_its_error(explored):
    page = explored(twice())
    page.get_by_label("order").select_option("naive")
    page.get_by_role("button", name="Last step").click()
    assert told(page)[0].endswith("a is wrong: something passed on before it had everything")
    assert grad_of(page, "a") == "6 ✗"
    assert grad_of(page, "b") == "2"
    page.get_by_label("order").select_option("")
    assert grad_of(page, "a") == "4"


def test_what_lacks_a_part_is_marked_by_more_than_a_colour(explored):
    a = Value(3.0, label="a")
    b = a * a
    b.label = "b"
    page = explored(b + a, address="step=4")
    assert "a receives 1 · 1 = 1" in told(page)
    assert grad_of(page, "a") == "1 …"


def test_arrow_keys_slider_and_play_step(explored):
    page = explored(twice())
    page.locator('[data-part="back"]').focus()
    page.keyboard.press("ArrowLeft")
    assert told(page)[0].startswith("5 of 6")
    page.keyboard.press("Home")
    assert told(page)[0].startswith("0 of 6")
    page.keyboard.press("ArrowRight")
    assert told(page)[0].startswith("1 of 6")
    page.get_by_label("Step", exact=True).fill("3")
    assert told(page)[0].startswith("3 of 6")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => explorer.frame === 4")
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Play").is_visible()


# -- one value -----------------------------------------------------------------------------------


def test_a_selected_value_says_how_it_was_computed_and_why(explored):
    loss = many_kinds()
    graph = Graph([loss])
    x = graph.leaves[0]
    page = explored(loss, address=f"select={graph.names[x]}")
    panel = page.locator('[data-part="selected"]')
    found = why(loss, x)
    assert f"a sum over {found.number} paths" in panel.inner_text()
    products = [
        float(text.rsplit("= ", 1)[1]) for text in panel.locator("button.path").all_inner_texts()
    ]
    assert products == [float(digits(path.product)) for path in found.paths]


def test_a_path_is_highlighted_while_the_pointer_is_on_it(explored):
    page = explored(neuron(), address="select=w1")
    page.locator("button.path").first.hover()
    marked = page.evaluate(
        "() => explorer.picture.cards.filter(c => c.group.classList.contains('on-path'))"
        ".map(c => c.box.title)"
    )
    assert marked == ["w1", "v1", "v3", "v4", "out"]
    assert page.locator("g.edge.on-path").count() == 4
    page.mouse.move(5, 400)
    assert page.locator(".on-path").count() == 0


def test_paths_of_a_deep_graph_are_those_of_python(explored):
    state = x = Value(0.1, label="x")
    w = Value(0.9, label="w")
    for _ in range(1500):
        state = (state * w + x).tanh()
    page = explored(state)
    at = Graph([state]).order.index(x)
    found = page.evaluate("at => explorer.inspector.why(at).textContent", at)
    explained = why(state, x)
    assert f"a sum over {explained.number:,} paths" in found
    page.evaluate("at => explorer.select(at, true)", at)
    products = page.locator("button.path span:last-child").all_inner_texts()
    assert [float(text.rsplit("= ", 1)[1]) for text in products] == [
        float(digits(path.product)) for path in explained.paths[:5]
    ]


def test_the_nudge_is_that_of_python(explored):
    loss = many_kinds()
    y = next(node for node in Graph([loss]).leaves if node.label == "y")
    page = explored(loss, address="select=y")
    page.get_by_text("Nudge it a little").click()
    rows = rows_of(page.locator(".nudge"))
    assert len(rows) == 13
    _, quotient, _ = rows[3].split("\t")[:3]
    assert float(quotient) == pytest.approx(nudge(loss, y, by=0.001).quotient, rel=1e-8)
    best = page.locator(".nudge tr.best td").first.inner_text()
    assert best in {"1e-06", "1e-07", "1e-08", "1e-09"}


def test_a_click_on_a_box_selects_it_and_its_uses_lead_on(explored):
    page = explored(neuron())
    page.locator("g.box", has_text="x2").click()
    panel = page.locator('[data-part="selected"]')
    assert panel.locator("h2").inner_text() == "x2"
    panel.get_by_role("button", name="v2", exact=True).click()
    assert panel.locator("h2").inner_text() == "v2"
    assert "= x2 * w2" in panel.inner_text()
    assert page.locator("g.selected").count() == 1


# -- the picture ---------------------------------------------------------------------------------


def test_the_picture_is_dragged_zoomed_and_fitted(explored):
    page = explored(neuron())
    where = "() => ['x', 'y', 'scale'].map(k => explorer.camera[k])"
    box = page.locator('[data-part="picture"]').bounding_box()
    x, y = box["x"] + 60, box["y"] + 30
    start = page.evaluate(where)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 25, steps=3)
    page.mouse.up()
    assert page.evaluate(where) == pytest.approx([start[0] + 40, start[1] + 25, start[2]])
    page.mouse.wheel(0, -300)
    page.wait_for_function("scale => explorer.camera.scale > scale", arg=start[2])
    page.get_by_role("button", name="Zoom out").click()
    page.get_by_role("button", name="Show the whole graph").click()
    assert page.evaluate(where) == pytest.approx(start)


def is_in_view(page, name):
    return page.evaluate(
        "name => { const inner = explorer.picture.cards.find(c => c.box.title === name).group"
        ".getBoundingClientRect(), outer = explorer.picture.element.getBoundingClientRect();"
        "return inner.left >= outer.left && inner.right <= outer.right; }",
        name,
    )


def test_the_picture_moves_only_to_what_is_out_of_view(explored):
    page = explored(neuron())
    where = "() => ['x', 'y', 'scale'].map(k => explorer.camera[k])"
    start = page.evaluate(where)
    for node in range(10):
        page.evaluate("node => explorer.select(node, true)", node)
    assert page.evaluate(where) == start
    page.evaluate("() => { explorer.camera.x -= 400; explorer.camera.apply(); }")
    assert not is_in_view(page, "w1")
    page.evaluate("() => explorer.select(1, true)")
    assert is_in_view(page, "w1")


def test_a_link_leads_to_its_value_on_a_narrow_screen(explored):
    page = explored(neuron(), width=360, address="select=w1")
    page.wait_for_timeout(100)  # until the size of the picture was observed
    assert is_in_view(page, "w1")
    assert not is_in_view(page, "out")


def test_a_picture_moved_by_hand_stays_when_its_room_changes(explored):
    page = explored(neuron())
    page.get_by_role("button", name="Zoom in").click()
    before = page.evaluate("() => explorer.camera.scale")
    height = "() => explorer.picture.element.clientHeight"
    room = page.evaluate(height)
    page.get_by_text("The graph as a table").click()
    page.wait_for_timeout(100)
    assert page.evaluate(height) < room
    assert page.evaluate("() => explorer.camera.scale") == before


def test_a_drag_over_a_box_selects_nothing(explored):
    page = explored(neuron())
    box = page.locator("g.box", has_text="x2").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 50, steps=4)
    page.mouse.up()
    assert page.evaluate("() => explorer.node") is None


def test_search_finds_a_value_by_its_label(explored):
    page = explored(layers())
    page.get_by_label("Find a value by its label").fill("x7")
    page.keyboard.press("Enter")
    assert page.locator('[data-part="selected"] h2').inner_text() == "x7"
    page.get_by_label("Find a value by its label").fill("nothing like it")
    page.keyboard.press("Enter")
    assert page.locator('[data-part="found"]').inner_text() == "no value has this name"


def test_a_folded_graph_opens_and_closes_box_by_box(explored):
    loss = layers()
    page = explored(loss)
    titles = "() => explorer.picture.cards.map(c => c.box.title)"
    folded = page.evaluate(titles)
    assert folded == [box.title for box in viz.graph.folding.fold(Graph([loss]))]
    page.locator("g.box", has_text="neuron x 16").click()
    assert len(page.evaluate(titles)) > 16
    assert told(page)[0].endswith("more")
    page.get_by_role("button", name="Close").click()
    assert page.evaluate(titles) == folded
    page.evaluate("() => explorer.go(1)")
    assert "values are computed" in told(page)[0]


def test_a_step_touches_only_what_changed(explored):
    state = Value(0.1, label="x")
    for index in range(60):
        state = (state * 0.9 + 0.01 * index).tanh()
    page = explored(state, address="step=220")
    touched = page.evaluate(
        """() => {
          const observer = new MutationObserver(() => {});
          const all = { subtree: true, childList: true, attributes: true, characterData: true };
          observer.observe(explorer.picture.layer, all);
          explorer.go(221);
          const changed = observer.takeRecords().map(record =>
            (record.target.closest?.("g.box, g.edge") ?? record.target).ariaLabel ?? "an edge");
          return [explorer.picture.cards.length, ...new Set(changed)];
        }"""
    )
    assert touched[0] > 180
    assert "an edge" in touched
    assert 3 <= len(touched[1:]) <= 5  # who passed on before, who does now, who receives


def test_derivatives_are_told_in_the_names_of_the_graph(explored):
    y, x = Value(2.0, label="y"), Value(3.0, label="x")
    page = explored(y**x, address="select=x")
    found = page.locator(".uses .slope").inner_text()
    assert "where(y > 0, v1 * log(" in found
    assert found.endswith("= 5.54518")


def test_everything_is_on_paper(explored):
    page = explored(many_kinds(), address="select=x")
    page.get_by_text("The graph as a table").click()
    page.emulate_media(media="print")
    cut = page.evaluate(
        "() => [...document.querySelectorAll('aside, .wide, [data-part=trace]')]"
        ".filter(e => e.scrollHeight > e.clientHeight + 1).map(e => e.outerHTML.slice(0, 60))"
    )
    assert cut == []
    assert not page.get_by_role("button", name="Play").is_visible()
    assert page.locator("g.box").first.is_visible()


def test_the_title_is_the_name_or_what_is_given(explored):
    heading = '[data-part="title"]'
    assert explored(neuron()).locator(heading).inner_text() == "out"
    page = explored(neuron(), title="<b>tanh</b>(x1*w1)")
    assert page.locator(heading).inner_text() == "<b>tanh</b>(x1*w1)"
    with pytest.raises(autodiff.WrongTypeError, match="a str as the title, got int 3"):
        viz.explore(neuron(), title=3)


def test_the_table_says_the_same_in_text(explored):
    loss = neuron()
    page = explored(loss)
    page.get_by_text("The graph as a table").click()
    rows = [row.split("\t") for row in rows_of(page.locator("table"))]
    expected = trace(loss).table(4)
    assert page.locator("table thead tr").inner_text().split("\t") == list(expected.columns)
    assert [[cell.strip() for cell in row] for row in rows] == [list(row) for row in expected.rows]


# -- practice ------------------------------------------------------------------------------------


def answered(page, quantity, answer):
    """Answer a question, and return what the page says to it."""
    field = page.get_by_label(f"{quantity} = your answer", exact=True)
    field.fill(answer)
    page.keyboard.press("Enter")
    return page.locator("form", has=field).locator(".verdict p").all_inner_texts()


def test_practice_hides_numbers_until_they_are_answered(explored):
    page = explored(neuron())
    page.get_by_role("button", name="Practice").click()
    shown = page.evaluate("() => explorer.picture.cards.map(c => c.data.textContent)")
    assert shown == ["2", "-3", "?", "0", "1", "?", "?", "6.881", "?", "?"]
    assert page.locator('[data-part="narration"]').inner_text() == ""
    page.locator("g.box", has_text="v1").click()
    assert answered(page, "v1", "6") == ["✗ wrong", "the sign is wrong"]
    assert answered(page, "v1", "-6") == ["✓ right"]
    shown = page.evaluate("() => explorer.picture.cards.map(c => c.data.textContent)")
    assert shown[2] == "-6"
    assert "1 of 14 found" in page.locator('[data-part="selected"]').inner_text()
    page.get_by_role("button", name="Practice").click()
    assert page.locator("g.box", has_text="?").count() == 0


@pytest.mark.parametrize("name", ["neuron", "arithmetic", "twice"])
def test_mistakes_are_named_as_by_hand_names_them(explored, name):
    loss = GRAPHS[name]()
    graph = Graph([loss])
    page = explored(loss)
    for node, questions in foreseen_mistakes(graph).items():
        for wrong, *_ in questions.get("gradient", [])[:6]:
            [verdict] = by_hand(loss, [(node, repr(wrong))]).verdicts
            found = page.evaluate(
                "([node, answer]) => explorer.practice.judged(node, 'gradient', answer)",
                [graph.order.index(node), repr(wrong)],
            )
            if verdict.judgement.value == "wrong":
                assert found == {"ok": False, "lines": ["✗ wrong", *verdict.lines()]}


@pytest.mark.parametrize("answer", ["0.5", "0.50", "1/2", "0.4", "0.51", "-0.5", "x", "", "5e-1"])
def test_answers_are_judged_as_by_hand_judges_them(explored, answer):
    loss = neuron()
    node = next(node for node in Graph([loss]).leaves if node.label == "b")
    place = Graph([loss]).order.index(node)
    found = explored(loss).evaluate(
        "([node, answer]) => explorer.practice.judged(node, 'gradient', answer).ok", [place, answer]
    )
    try:
        expected = by_hand(loss, [(node, answer)]).ok
    except autodiff.ChalkgradError:
        expected = False
    assert found is expected


# -- links, labels, readers ----------------------------------------------------------------------


def test_the_address_holds_the_state(explored):
    page = explored(neuron(), address="step=7&select=w1&set=w1:-1.5,x2:0.25")
    assert numbers(page)[0][:4] == [2.0, -1.5, -3.0, 0.25]
    assert told(page)[0].startswith("7 of 12")
    page.get_by_label("order").select_option("naive")
    page.wait_for_function("() => location.hash.includes('order=naive')")
    page.reload()
    page.wait_for_function("() => explorer.address?.includes('order=naive')")
    assert numbers(page)[0][:4] == [2.0, -1.5, -3.0, 0.25]
    assert page.locator('[data-part="selected"] h2').inner_text() == "w1"
    page.evaluate("() => { location.hash = '#set=nobody:1,w1:x,:,&step=-3&select=&open=no' }")
    page.wait_for_function("() => explorer.node === null")
    assert numbers(page)[0][1] == -3.0


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_only_text(explored, label):
    x = Value(2.0, label=label)
    loss = x * x
    loss.label = label
    page = explored(loss)
    page.evaluate("() => explorer.select(0, true)")
    shown = page.evaluate("() => document.querySelector('[data-part=selected] h2').textContent")
    assert shown.encode(errors="replace") == label.encode(errors="replace")
    assert page.locator("script").count() == 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_label_written_from_right_to_left_turns_nothing_around_it(explored):
    x, y = Value(1.0, label="\u2069\u202eabc"), Value(2.5, label="\u05d0\u05d1\u05d2")
    loss = x * y
    loss.label = "loss"
    page = explored(loss, address="select=@0")
    isolated = ["\u2068\u202eabc\u2069", "\u2068\u05d0\u05d1\u05d2\u2069"]
    first, second = isolated
    told_of = page.locator('[data-part="narration"] p').first.text_content()
    assert told_of.endswith(f"∂loss/∂{first} = 2.5, ∂loss/∂{second} = 1")
    texts = page.locator('[data-part="selected"] .number').all_text_contents()
    assert all(text.count("\u202e") == text.count("\u2068\u202e") for text in texts)
    assert page.evaluate("() => explorer.picture.cards.map(c => c.box.title).length") == 3
    titles = page.locator("svg .name").all_text_contents()
    assert titles == [*isolated, "loss"]


def test_a_label_that_cannot_be_seen_has_a_sign(explored):
    page = explored(Value(1.0, label=" ") * Value(2.0, label="\u200b"))
    assert page.locator(".leaf-row .name").all_text_contents() == ["␣", "␣"]
    assert page.evaluate(CHECKS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("address", ["select=w1", "step=8&select=out", "step=14&order=naive"])
def test_the_page_is_sound(explored, width, scheme, address):
    page = explored(neuron(), width=width, scheme=scheme, address=address)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", f"explorer {scheme} {width} {address}")
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    assert page.evaluate(CHECKS) == []


def test_the_checks_find_what_is_wrong(explored):
    page = explored(neuron())
    page.evaluate(
        "() => { explorer.root.style.setProperty('--muted', '#ddd');"
        "explorer.root.append(document.createElement('button'));"
        "explorer.root.style.width = '2000px'; }"
    )
    found = "\n".join(page.evaluate(CHECKS))
    for text in ("contrast 1.", "without a name", "sideways"):
        assert text in found


def test_what_is_played_is_not_read_out_and_nothing_is_read_twice(explored):
    page = explored(twice(), address="step=0")
    narration = page.locator('[data-part="narration"]')
    assert narration.get_attribute("aria-live") == "polite"
    first = narration.locator("p").first.element_handle()
    page.evaluate("() => explorer.show()")
    assert first.evaluate("element => element.isConnected")
    page.get_by_role("button", name="Play").click()
    assert narration.get_attribute("aria-live") == "off"
    page.get_by_role("button", name="Pause").click()
    assert narration.get_attribute("aria-live") == "polite"
    step = page.get_by_label("Step", exact=True)
    assert re.fullmatch(r"\d of 6", step.get_attribute("aria-valuetext"))


def test_a_finger_selects_and_moves(explored):
    context = {"has_touch": True, "is_mobile": True}
    page = explored(neuron(), width=360, context=context)
    page.locator("g.box", has_text="out").tap()
    assert page.locator('[data-part="selected"] h2').inner_text() == "out"
    box = page.locator('[data-part="picture"]').bounding_box()
    fingers = page.context.new_cdp_session(page)
    before = page.evaluate("() => explorer.camera.x")

    def touch(kind, x):
        at = [] if kind == "touchEnd" else [{"x": x, "y": box["y"] + 40}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", 100)
    touch("touchMove", 130)
    touch("touchMove", 180)
    touch("touchEnd", 180)
    assert page.evaluate("() => explorer.camera.x") > before + 40


def test_a_path_through_a_large_graph_is_highlighted(explored):
    loss = layers()
    graph = Graph([loss])
    page = explored(loss)
    page.evaluate("at => explorer.select(at, true)", graph.order.index(graph.leaves[0]))
    page.locator("button.path").first.hover()
    marked = page.locator("g.edge.on-path").count()
    assert marked == page.locator("g.box.on-path").count() - 1 > 0


def test_the_keyboard_alone_is_enough(explored):
    page = explored(neuron(), context={"reduced_motion": "reduce"})

    def tab_to(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(selector)

    tab_to("g.box")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.locator('[data-part="selected"] h2').inner_text() == "b"
    page.keyboard.press("ArrowLeft")
    assert told(page)[0].startswith("11 of 12")
    tab_to("button.path")
    assert page.locator("g.box.on-path").count() == 3
    tab_to("input[aria-label='x1, number']")
    page.keyboard.press("Control+A")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    assert numbers(page)[0][0] == 2.5


def test_a_page_of_300_boxes_is_light():
    xs = [Value(0.01 * i, label=f"x{i}") for i in range(73)]
    w = Value(0.5, label="w")
    loss = xs[0]
    for x in xs[1:]:
        loss = (loss * w + x).tanh()
    loss = loss * w * w
    assert 280 <= len(Graph([loss]).order) <= 300
    assert len(viz.explore(loss).html.encode()) < 300_000
