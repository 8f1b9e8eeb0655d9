"""failed_tests.py <events>…: what failed in a test run, or never ended, in a few lines.

Said last by tools/run-tests: whoever reads only the end of a log learns the cause.
Each stream is named without its `.jsonl`. Exits with 0.
"""
import pathlib
import sys

from events import is_failure, records, test_name

MOST_ISSUES = 20
LONGEST_MESSAGE = 400


def place(issue):
    where = issue.get("sourceLocation") or issue.get("_sourceLocation") or {}
    return f"{where.get('fileID') or where.get('_filePath', '?')}:{where.get('line', '?')}"


def report(file):
    names, begun, ended, issues = {}, set(), set(), []
    for record in records(file):
        payload = record["payload"]
        if record["kind"] == "test":
            if name := test_name(payload):
                names[payload["id"]] = name
            continue
        test = payload.get("testID")
        if payload["kind"] == "testStarted":
            begun.add(test)
        elif payload["kind"] == "testEnded":
            ended.add(test)
        elif is_failure(payload):
            text = " ".join(word for message in payload.get("messages", []) for word in message["text"].split())
            issues.append((names.get(test, test), place(payload["issue"]), text))
    for name, where, text in issues[:MOST_ISSUES]:
        print(f"FAILED  {name}\n        {where}: {text[:LONGEST_MESSAGE]}")
    if len(issues) > MOST_ISSUES:
        print(f"        and {len(issues) - MOST_ISSUES} more")
    for test in sorted(begun - ended):
        if test in names:
            print(f"NEVER ENDED  {names[test]}")


for path in (pathlib.Path(f"{kind}.jsonl") for kind in sys.argv[1:]):
    if path.exists():
        report(path)
    else:
        print(f"no results: {path}")
