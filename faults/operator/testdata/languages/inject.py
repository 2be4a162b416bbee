#!/usr/bin/env python3
"""inject NAME ADDRESS: on this node NAME leads to ADDRESS."""
import os
import shutil
import sys

name, address = sys.argv[1:]
mark = "# eris-" + os.environ["ERIS_ID"]
with open("/etc/hosts", encoding="utf-8") as file:
    text = file.read()
if mark not in text:
    new = "/etc/hosts.eris-" + os.environ["ERIS_ID"]
    shutil.copy2("/etc/hosts", new)
    with open(new, "w", encoding="utf-8") as file:
        file.write(f"{address} {name} {mark}\n{text}")
    os.replace(new, "/etc/hosts")
