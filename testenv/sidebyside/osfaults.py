"""Kills a service with os-faults, once for each line on stdin.

The argument is the configuration as JSON; a line is the service's name in it.
An answer is a line of JSON: when the call began and ended, by this machine's
clock, and what went wrong.
"""
import json
import signal
import sys
import time

import os_faults
import yaml
from os_faults import registry

# os-faults 0.2.1 cannot kill as Debian 12 has it; both is put right from here,
# outside of its code and of what is measured. Its schemas are of draft 4 and do
# not say so, where jsonschema takes the newest; and what it dumps as YAML has an
# enum of Python 3 in it, which safe_dump does not know.
for driver in registry.get_drivers().values():
    driver.CONFIG_SCHEMA.setdefault("$schema", "http://json-schema.org/draft-04/schema#")
yaml.SafeDumper.add_representer(
    signal.Signals, lambda dumper, number: dumper.represent_int(int(number)))


def answer(began, wrong=None):
    print(json.dumps({"began": began, "ended": time.time_ns(), "wrong": wrong}), flush=True)


started = time.time_ns()
cloud = os_faults.connect(json.loads(sys.argv[1]))
cloud.verify()
answer(started)
services = {}
for line in sys.stdin:
    name = line.strip()
    service = services.setdefault(name, cloud.get_service(name))
    began = time.time_ns()
    try:
        service.kill()
    except Exception as wrong:  # told, and judged where it is read
        answer(began, "%s: %s" % (type(wrong).__name__, wrong))
    else:
        answer(began)
