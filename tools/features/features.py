"""Prints every row of rows.tsv with its tests and their results; see tools/features/rows.tsv.

A test proves the rows whose ids stand at the front of its name, before a colon: `B11 B12: volume and graduated …`.
Ids of other lists (facts, faults, invariants: F, R, S, V) may stand among them and mean nothing here.
The results are those of the last test runs, as tools/run-tests keeps them (.build/results/<kind>.jsonl).
Exits with 1 when a row has no test, or a test of a row did not pass.
"""
import pathlib
import re
import sys

from events import is_failure, records, test_name

root = pathlib.Path(__file__).resolve().parent.parent.parent
results = root / ".build" / "results"
head = re.compile(r"^((?:[A-Z]\d+\s+)*[A-Z]\d+):")


def read_rows():
    for line in (root / "tools/features/rows.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def read_runs(files):
    """Name and outcome of every test of the runs. A test with several cases failed when one of them did."""
    for file in files:
        names, failed, ended, skipped = {}, set(), set(), set()
        for record in records(file):
            payload = record["payload"]
            if record["kind"] == "test":
                if name := test_name(payload):
                    names[payload["id"]] = name
            elif is_failure(payload):
                failed.add(payload.get("testID"))
            elif payload["kind"] == "testEnded":
                ended.add(payload["testID"])
            elif payload["kind"] == "testSkipped":
                skipped.add(payload["testID"])
        for test, name in names.items():
            outcome = "failed" if test in failed else "skipped" if test in skipped else "passed" if test in ended else "not run"
            yield name, outcome


def main():
    files = sorted(results.glob("*.jsonl"))
    if not files:
        sys.exit("features: no results of a test run; `make test` makes them, `make features` too")
    proofs = {}
    for name, outcome in read_runs(files):
        found = head.match(name)
        for row in found.group(1).split() if found else []:
            proofs.setdefault(row, []).append((outcome, name))
    lacking, red, proven, pages = [], [], 0, 0
    rows = list(read_rows())
    for row, kind, text in rows:
        tests = proofs.get(row, [])
        bad = [test for test in tests if test[0] != "passed"]
        state = "RED" if bad else "ok" if tests else "page" if kind == "page" else "NO TEST"
        proven += state == "ok"
        pages += state == "page"
        if state == "RED":
            red.append(row)
        if state == "NO TEST":
            lacking.append(row)
        print(f"{row:4} {state:8} {text}")
        for outcome, name in sorted(tests):
            print(f"     {'  ' if outcome == 'passed' else '! '}{outcome:7} {name}")
    print(f"\n{len(rows)} rows: {proven} proven by tests, {pages} only about a page and not built yet, "
          f"{len(lacking)} without a test, {len(red)} red.")
    for word, list_ in [("without a test", lacking), ("red", red)]:
        if list_:
            print(f"{word}: {' '.join(list_)}")
    sys.exit(1 if lacking or red else 0)


main()
