#!/usr/bin/env -S python3 -u
"""observe NAME ADDRESS: what the resolver says."""
import socket
import sys

name, address = sys.argv[1:]
try:
    said = socket.gethostbyname(name)
except OSError:
    sys.exit(1)
if said != address:
    sys.exit(1)
print(f"{name} leads to {said}, asked {address}")
print("a second line is not told")
