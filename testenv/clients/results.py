"""Prints what became of each test of a subunit stream: a JSON object a line."""
import json
import sys

import subunit
import testtools


def text(detail):
    return detail.as_text() if detail.content_type.type == "text" else ""


def tell(test):
    details = test["details"]
    why = "".join(text(details[name]) for name in sorted(details) if name.startswith(("traceback", "reason")))
    begun, ended = test["timestamps"]
    print(json.dumps({"test": test["id"], "status": test["status"], "why": why.strip(),
                      "seconds": (ended - begun).total_seconds() if begun and ended else 0}))


result = testtools.StreamToDict(tell)
result.startTestRun()
subunit.ByteStreamToStreamResult(sys.stdin.buffer, non_subunit_name="stdout").run(result)
result.stopTestRun()
