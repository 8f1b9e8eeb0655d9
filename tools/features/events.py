"""The event stream of Swift Testing, as tools/run-tests keeps it: .build/results/<kind>.jsonl."""
import json


def records(file):
    """Every record of a stream; of one that a killed process tore, all before the tear."""
    # Not splitlines: names of cases hold line separators of other kinds.
    for line in filter(None, file.read_text(encoding="utf-8", errors="replace").split("\n")):
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            return


def is_failure(payload):
    return payload["kind"] == "issueRecorded" and not payload.get("issue", {}).get("isKnown", False)


def test_name(payload):
    """The name of a test function; None for a suite."""
    return payload.get("displayName", payload["name"]) if payload["kind"] == "function" else None
