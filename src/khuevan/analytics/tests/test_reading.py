from __future__ import annotations

import gzip
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from khuevan.analytics.public import ColumnNames, analyse, open_log, table_of
from khuevan.platform.errors import InputRefused


HEADER = "case:concept:name,concept:name,time:timestamp"
XES = '<?xml version="1.0" encoding="UTF-8"?><log xmlns="http://www.xes-standard.org/">{}</log>'
TRACE = '<trace><string key="concept:name" value="{}"/>{}</trace>'


def _file(tmp_path, text, name="log.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def _rows(path, **options):
    with open_log(path, **options) as log:
        return pq.read_table(log.path).to_pylist()


def _problems(path, **options):
    with pytest.raises(InputRefused) as refused, open_log(path, **options):
        pass
    return [(p.where, p.what % p.params) for p in refused.value.problems]


def _event(name, time="2026-03-02T08:00:00+07:00", step="", more=""):
    lifecycle = f'<string key="lifecycle:transition" value="{step}"/>' if step else ""
    named = f'<string key="concept:name" value="{name}"/>' if name else ""
    return f'<event>{named}<date key="time:timestamp" value="{time}"/>{lifecycle}{more}</event>'


def test_a_plain_table_is_read_with_its_instants_in_utc(tmp_path):
    path = _file(
        tmp_path,
        "case,activity,timestamp,resource\nA,Nộp,2026-03-02T08:00:00.25+07:00,\nA,Trả,2026-03-03 01:00:00Z,chị Lan\n",
    )
    first, second = _rows(path)
    assert first["occurred_at"].isoformat() == "2026-03-02T01:00:00.250000+00:00"
    assert (first["activity"], first["resource"]) == ("Nộp", None)
    assert (second["position"], second["resource"]) == (1, "chị Lan")


def test_columns_may_be_named_and_separated_by_semicolons(tmp_path):
    path = _file(tmp_path, "Mã hồ sơ;Bước;Lúc\nA;Nộp;2026-03-02T08:00:00+07:00\n")
    names = ColumnNames(case="Mã hồ sơ", activity="Bước", time="Lúc")
    assert [row["activity"] for row in _rows(path, columns=names)] == ["Nộp"]


def test_ties_in_time_keep_the_order_of_the_file(tmp_path):
    same = "2026-03-02T08:00:00+07:00"
    rows = "".join(f"A,{name},{same}\n" for name in "zbya")
    with open_log(_file(tmp_path, f"{HEADER}\n{rows}")) as log:
        found = analyse(log)
    assert found.variants.top[0].activities == tuple("zbya")
    assert {(p.source, p.target, p.mean_wait) for p in found.pairs} == {
        ("z", "b", 0.0),
        ("b", "y", 0.0),
        ("y", "a", 0.0),
    }


def test_faults_are_told_by_row_and_column(tmp_path):
    path = _file(
        tmp_path,
        f"{HEADER}\nA,x,2026-03-02T08:00:00+07:00\n ,x,2026-03-02T08:00:00+07:00\n"
        "A,,2026-03-02T08:00:00+07:00\nA,x,yesterday\nA,x,2026-03-02T08:00:00\nA,x,\n",
    )
    assert _problems(path) == [
        ("3:case:concept:name", "The event has no case"),
        ("4:concept:name", "The event has no activity"),
        ("5:time:timestamp", "“yesterday” is not an instant"),
        ("6:time:timestamp", "The time “2026-03-02T08:00:00” has no zone"),
        ("7:time:timestamp", "The event has no time"),
    ]


def test_a_missing_column_is_named_together_with_those_there_are(tmp_path):
    path = _file(tmp_path, "case,when\nA,2026-03-02T08:00:00+07:00\n")
    with pytest.raises(InputRefused) as refused, open_log(path):
        pass
    first = refused.value.problems[0]
    assert first.where == "1:concept:name"
    assert first.mend % first.params == "Name the column; these are there: case, when."


def test_a_row_with_too_few_fields_is_refused(tmp_path):
    path = _file(tmp_path, f"{HEADER}\nA,x,2026-03-02T08:00:00+07:00\nA,x\n")
    assert _problems(path) == [("3", "The row has 2 field(s), the header has 3")]


def test_a_column_that_stands_there_twice_is_refused(tmp_path):
    path = _file(tmp_path, "case,case,activity,time\nA,B,x,2026-03-02T08:00:00Z\n")
    assert _problems(path) == [("1:case", "Two columns have this name")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", b"case,activity,time\nA,\xff\xfe,2026-03-02T08:00:00Z\n"),
        ("log.csv", b""),
        ("log.csv.gz", b"not packed"),
        ("log.xes", b"<log><trace>"),
        ("log.xes", b"<html></html>"),
        ("log.xes.gz", b"not packed"),
        ("log.xes.gz", gzip.compress(b"<log></log>" * 9, mtime=0)[:-9]),
        ("log.txt", b"case,activity,time\n"),
        ("log.csv", f"{HEADER}\n".encode()),
    ],
)
def test_what_is_no_log_is_refused_in_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert _problems(path)


def test_times_without_a_zone_are_read_where_one_is_named_and_that_is_told(tmp_path):
    path = _file(tmp_path, f"{HEADER}\nA,x,2026-03-02T08:00:00\nA,y,2026-03-03\n")
    with open_log(path, zone=ZoneInfo("Asia/Ho_Chi_Minh")) as log:
        first = pq.read_table(log.path).to_pylist()[0]
        told = [s.sentence % s.params for s in log.skipped]
    assert first["occurred_at"].isoformat() == "2026-03-02T01:00:00+00:00"
    assert told == ["2 time(s) without a zone were read as Asia/Ho_Chi_Minh"]


def test_only_completed_events_count_unless_all_are_asked_for(tmp_path):
    path = _file(
        tmp_path,
        f"{HEADER},lifecycle:transition\n"
        + "".join(f"A,x,2026-03-02T08:00:00Z,{s}\n" for s in ("start", "COMPLETE", "")),
    )
    with open_log(path) as log:
        told = [s.sentence % s.params for s in log.skipped]
        assert (log.events, told) == (
            2,
            ["1 event(s) that are not “complete” were left out"],
        )
    assert len(_rows(path, all_lifecycles=True)) == 3


def test_a_log_without_a_completed_event_says_so(tmp_path):
    path = _file(
        tmp_path, f"{HEADER},lifecycle:transition\nA,x,2026-03-02T08:00:00Z,start\n"
    )
    assert _problems(path) == [("log.csv", "No event is a completed one")]


def test_both_normal_forms_of_vietnamese_are_one_activity(tmp_path):
    path = _file(
        tmp_path,
        f"{HEADER}\nA,Trả kết quả,2026-03-02T08:00:00Z\nA,Tra\u0309 kê\u0301t qua\u0309,2026-03-02T09:00:00Z\n",
    )
    assert len({row["activity"] for row in _rows(path)}) == 1


def test_xes_is_read_with_nested_attributes_and_names_after_the_events(tmp_path):
    nested = '<string key="org:resource" value="Lan"><string key="concept:name" value="not this"/></string><list key="x"><values><string key="concept:name" value="nor this"/></values></list>'
    text = XES.format(
        f"<trace>{_event('Nộp', more=nested)}{_event('Trả')}"
        '<string key="concept:name" value="H26-1"/></trace>'
        + TRACE.format("H26-2", _event("Nộp"))
    )
    found = _rows(_file(tmp_path, text, "log.xes"))
    assert [(r["case_id"], r["activity"], r["resource"]) for r in found] == [
        ("H26-1", "Nộp", "Lan"),
        ("H26-1", "Trả", None),
        ("H26-2", "Nộp", None),
    ]


def test_what_xes_leaves_out_is_told(tmp_path):
    head = '<global scope="event"><string key="org:group" value="UBND"/><string key="concept:name" value="__INVALID__"/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>'
    text = XES.format(
        head
        + TRACE.format("1", _event("a", step="start") + _event("a", step="complete"))
        + TRACE.format("2", "")
        + _event("loose")
    )
    with open_log(_file(tmp_path, text, "log.xes")) as log:
        told = {s.sentence % s.params for s in log.skipped}
        found = pq.read_table(log.path).to_pylist()
    assert [row["org"] for row in found] == ["UBND"]
    assert told == {
        "1 event(s) that are not “complete” were left out",
        "1 trace(s) without events were left out",
        "1 event(s) outside any trace were left out",
        "1 time(s) the log's own default filled in org:group",
    }


def test_xes_faults_are_told_by_trace_and_event(tmp_path):
    text = XES.format(
        '<global scope="event"><string key="concept:name" value="__INVALID__"/></global>'
        + TRACE.format("1", _event("") + _event("a", time="?"))
        + f"<trace>{_event('a')}</trace>"
    )
    assert _problems(_file(tmp_path, text, "log.xes")) == [
        ("trace 1, event 1", "The event has no activity"),
        ("trace 1, event 2", "“?” is not an instant"),
        ("trace 2", "The event has no case"),
    ]


def test_a_classifier_of_the_log_names_the_events(tmp_path):
    text = XES.format(
        '<classifier name="Both" keys="concept:name \'of whom\'"/>'
        + TRACE.format("1", _event("a", more='<string key="of whom" value="Sở Y tế"/>'))
    )
    path = _file(tmp_path, text, "log.xes")
    assert _rows(path, classifier="Both")[0]["activity"] == "a+Sở Y tế"
    assert _problems(path, classifier="None") == [
        ("None", "The log declares no such classifier")
    ]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1/log.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(tmp_path, declared):
    text = declared + "<log>" + TRACE.format("1", _event("a")) + "</log>"
    ((where, what),) = _problems(_file(tmp_path, text, "log.xes"))
    assert where == "log.xes"
    assert what.startswith("This is not an XES log that can be read safely")


def test_reading_stops_at_twenty_faults(tmp_path):
    path = _file(tmp_path, f"{HEADER}\n" + "A,x,never\n" * 500)
    assert len(_problems(path)) == 20


@pytest.mark.parametrize("name", ["log.csv.gz", "log.xes.gz"])
def test_a_small_file_may_not_unpack_to_any_size(tmp_path, name):
    path = tmp_path / name
    padding = "x" * 3_000_000
    text = (
        f"{HEADER}\n{padding},x,2026-03-02T08:00:00Z\n"
        if "csv" in name
        else XES.format(TRACE.format(padding, _event("a")))
    )
    path.write_bytes(gzip.compress(text.encode()))
    assert path.stat().st_size < 10_000
    assert _problems(path, limit=1_000_000) == [
        (name, "The log has more than 1000000 bytes")
    ]


# ---------------------------------------------------------------- Parquet


def parquet(tmp_path, **columns):
    table = table_of([("A", "Nộp", datetime(2026, 3, 2, 8, tzinfo=UTC), None, None)])
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    path = tmp_path / "log.parquet"
    pq.write_table(table, path)
    return path


def test_a_parquet_file_is_used_where_it_lies(tmp_path):
    path = parquet(tmp_path)
    with open_log(path) as log:
        assert (log.path, log.events) == (path, 1)
    assert path.is_file()


def test_a_parquet_file_must_have_the_columns_of_a_log(tmp_path):
    path = parquet(tmp_path, occurred_at=pa.array(["yesterday"]))
    told = "The column is missing or is not of type timestamp[us, tz=UTC]"
    assert _problems(path) == [("occurred_at", told)]


@pytest.mark.parametrize("empty", ["", None])
def test_a_parquet_file_must_name_every_case(tmp_path, empty):
    path = parquet(tmp_path, case_id=pa.array([empty], pa.string()))
    assert _problems(path) == [("case_id", "The column is empty in 1 rows")]


def test_what_is_not_parquet_is_told(tmp_path):
    path = _file(tmp_path, "case,activity", "log.parquet")
    assert _problems(path) == [("log.parquet", "The file is not Parquet")]
