#!/bin/sh
# A node's first program. The version 1 cgroup hierarchies arrive read-only in
# a container, and systemd then ignores every memory, CPU and task limit
# without a word. They are the node's own, so they are made writable first.
for dir in /sys/fs/cgroup/*; do
  [ -L "$dir" ] || mountpoint -q "$dir" || continue
  mount -o remount,bind,rw "$dir" 2>/dev/null || mount -o remount,rw "$dir"
done
exec /lib/systemd/systemd
