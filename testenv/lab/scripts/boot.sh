# Runs a node until it is switched off. Already in the lab's network and in the
# node's folder, whose power.conf says what the node is.
. ./power.conf
# This shell stays beside the node's cgroups, not in them: in version 2 a
# cgroup that holds a process hands no controller down, and limits are ignored.
for dir in $cgroups; do
  mkdir -p "$dir.keeper"
  echo $$ >"$dir.keeper/cgroup.procs"
done
wires=
for wire in $extra; do
  rest=${wire#*:}
  wires="$wires --network-veth-extra=${wire%%:*}:${rest%%:*}"
done

# nspawn plugs the first network into its bridge by itself; the others are ours. It is
# tried for as long as the node runs: a machine with much to do makes them late.
plug() {
  for wire in $extra; do
    try=0
    until ip link set "${wire%%:*}" master "${wire##*:}" up 2>/dev/null || [ -e ended ]; do
      try=$((try + 1))
      [ $((try % 100)) != 0 ] || echo "$host is not plugged into ${wire##*:} yet, after $((try / 10)) s"
      sleep 0.1
    done
  done
}

# a boot starts in cgroups as empty as they were made
empty() {
  for dir in $cgroups; do
    find "$dir" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || :
    [ -e "$dir/cgroup.subtree_control" ] || continue
    for controller in $(cat "$dir/cgroup.subtree_control"); do echo "-$controller" >"$dir/cgroup.subtree_control"; done
  done
}

run() {
  # where a machine of that name was killed, systemd 256 and later find this and refuse
  traces=/run/systemd/nspawn/unix-export/$machine
  umount --lazy "$traces" 2>/dev/null || :
  rmdir "$traces" 2>/dev/null || :
  for dir in $cgroups; do echo 0 >"$dir/cgroup.procs"; done # 0: whoever writes it
  lab=${root%/nodes/*}
  exec unshare --mount --propagation slave sh "$lab/scripts/apart.sh" "$lab" systemd-nspawn --quiet --directory="$root" --machine="$machine" --hostname="$host" \
    --register=no --keep-unit --link-journal=no --console=pipe --kill-signal=SIGRTMIN+4 \
    --resolv-conf=off --timezone=off \
    --capability=all --drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE,CAP_SYS_RAWIO \
    --network-bridge="$bridge" $wires $shares \
    /usr/lib/eris-lab/init </dev/null
}

while :; do
  empty
  rm -f ended
  plug &
  code=0
  (run) || code=$?
  : >ended
  wait
  [ "$code" = 133 ] || exit "$code" # 133: it asked for a reboot
done
