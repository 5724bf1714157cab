from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


ROWS = "case,activity,timestamp\nA,Nộp,{0}\nA,Trả,{1}\nB,Nộp,{0}\n"


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(ROWS.format("2026-03-02T08:00:00", "2026-03-02T10:00:00.5"))
    return path


def _run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("analytics", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_is_printed_alone_and_what_was_assumed_is_told_aside(log):
    out, err = _run("map", log, "--json")
    found = json.loads(out)
    assert found["pairs"] == [["Nộp", "Trả", 1, 7200.5]]
    assert (found["cases"], found["events"], found["variants"]) == (2, 3, 2)
    assert found["durations"] == {
        "count": 2,
        "min": 0.0,
        "median": 3600.25,
        "mean": 3600.25,
        "p90": 6480.45,
        "max": 7200.5,
        "total": 7200.5,
    }
    assert "without a zone were read as Asia/Ho_Chi_Minh" in err


def test_people_are_told_in_words(log):
    out, _ = _run("map", log)
    assert "2 cases, 3 events, 2 variants, 1 pairs" in out
    assert "Nộp → Trả" in out


def test_faults_are_listed_and_nothing_is_printed(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("case,activity,timestamp\nA,x,never\n")
    err = StringIO()
    with pytest.raises(CommandError, match=r"1 problem\(s\); the log was not read"):
        call_command("analytics", "map", str(path), stderr=err)
    assert err.getvalue().startswith("row 2, column timestamp: “never” is not")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        _run("map", tmp_path / "none.csv")


def test_columns_are_named_by_options(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("h;b;l\nA;x;2026-03-02T08:00:00Z\n")
    out, _ = _run(
        "map", path, "--json", "--case", "h", "--activity", "b", "--time", "l"
    )
    assert json.loads(out)["events"] == 1


@pytest.mark.parametrize("kind", ["xes", "ocel"])
def test_a_log_is_exported(log, tmp_path, kind):
    target = tmp_path / f"out.{kind}"
    out, _ = _run("export", log, f"--{kind}", target)
    assert target.stat().st_size > 300
    assert out == f"{target}: 3 events\n"
