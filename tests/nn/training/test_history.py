"""The history: a list of records, and a table of its epochs."""

from __future__ import annotations

from nn import History, Record


def history(epochs: int, steps: int = 2) -> History:
    count = epochs * steps
    return History(
        Record(1 + k // steps, k + 1, count, 1 / (k + 1), None, 0.1) for k in range(count)
    )


def test_a_history_is_a_list_of_records() -> None:
    run = history(2)
    assert run == [*run]
    assert isinstance(run, list)
    assert run.ending == "finished"
    assert run[0].validation_loss is None


def test_its_table_has_a_row_for_each_epoch() -> None:
    run = history(2)
    assert str(run) == repr(run)
    assert str(run).splitlines() == [
        "epoch  steps  loss",
        "─────  ─────  ──────",
        "1      1-2    0.75",
        "2      3-4    0.2917",
    ]


def test_columns_without_content_are_left_out_and_others_shown() -> None:
    run = history(2)
    run[1] = run[1]._replace(accuracy=0.5, validation_loss=0.25, validation_accuracy=0.75)
    run.ending = "stopped early"
    assert str(run).splitlines() == [
        "epoch  steps  loss    accuracy  validation loss  validation accuracy",
        "─────  ─────  ──────  ────────  ───────────────  ───────────────────",
        "1      1-2    0.75    50.0%     0.25             75.0%",
        "2      3-4    0.2917",
        "stopped early after step 4",
    ]


def test_long_runs_show_some_epochs_and_the_last() -> None:
    rows = history(101, steps=1).table().rows
    assert [row[0] for row in rows][:3] == ["1", "7", "13"]
    assert rows[-1][0] == "101"
    assert len(rows) <= 21
    assert History().table().rows == []
