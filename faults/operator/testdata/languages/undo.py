#!/usr/bin/env python3
"""undo: takes away the line that carries the fault's id."""
import contextlib
import os
import shutil

mark = "# eris-" + os.environ["ERIS_ID"]
new = "/etc/hosts.eris-" + os.environ["ERIS_ID"]
with open("/etc/hosts", encoding="utf-8") as file:
    lines = file.readlines()
if any(line.rstrip().endswith(mark) for line in lines):
    shutil.copy2("/etc/hosts", new)
    with open(new, "w", encoding="utf-8") as file:
        file.writelines(line for line in lines if not line.rstrip().endswith(mark))
    os.replace(new, "/etc/hosts")
with contextlib.suppress(FileNotFoundError):
    os.remove(new)
