# The power switch of a node: what its BMC runs when it is told or asked
# something, and what boots the node. It needs nothing but the lab's folder.
# usage: bash power.sh FOLDER-OF-THE-NODE get power… | set power|reset|shutdown VALUE | boot
set -eu
scripts=$(dirname "$(realpath "$0")")
cd "$1"
shift
. ./power.conf # cgroups, and the node as boot.sh takes it

# all of the node: what is in its cgroups, and the shell that keeps it running
processes() {
  local dir
  for dir in $cgroups; do
    find "$dir" "$dir.keeper" -name cgroup.procs -exec cat {} + 2>/dev/null || :
  done | sort -u
}

# its PID 1: number 1 in a process namespace of its own
first() { grep -lsE '^NSpid:[[:space:]]+[0-9].*[[:space:]]1$' $(processes | sed 's,.*,/proc/&/status,') /dev/null | cut -d/ -f3; }

strike() {
  local pid
  for pid in $(first); do kill -9 "$pid" 2>/dev/null || :; done
}

# in version 1 of cgroups what a node has frozen, a paused container, ends only when
# it goes on, and then before it does anything
thaw() {
  local dir file
  for dir in $cgroups; do
    find "$dir" -mindepth 2 -name freezer.state 2>/dev/null | while read -r file; do
      echo THAWED >"$file" || :
    done
  done
}

# the kernel ends all others with PID 1; what is still there after two seconds
# never had one
off() {
  local try
  for try in $(seq 200); do
    [ -n "$(processes)" ] || return 0
    strike
    thaw
    [ "$try" -lt 40 ] || kill -9 $(processes) 2>/dev/null || :
    sleep 0.05
  done
  return 1
}

# on returns when the node's keeper is there, from when on its power is on
on() {
  local try
  [ -z "$(processes)" ] || return 0
  (
    for fd in /proc/self/fd/*; do # a BMC's sockets are not the node's to keep
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    exec setsid bash -eu "$scripts/boot.sh" </dev/null >>console.log 2>&1
  ) &
  for try in $(seq 100); do
    [ -z "$(processes)" ] || return 0
    sleep 0.05
  done
  return 1
}

# one at a time, and a BMC is not kept waiting
later() { setsid flock --close power.lock bash "$scripts/power.sh" "$PWD" "$@" </dev/null >>console.log 2>&1 & }

case "$1 ${2-} ${3-}" in
"get power "*) if [ -n "$(processes)" ]; then echo power:1; else echo power:0; fi ;;
"get boot "*) echo boot:default ;;
"set power 0") strike && later off ;;
"set power 1") later on ;;
"set reset "*) [ -z "$(processes)" ] || later again ;;
"set shutdown "*) for pid in $(first); do kill -s RTMIN+4 "$pid"; done ;;
"off "*) off ;;
"on "*) on ;;
"again "*) off && on ;;
"boot "*) flock --close power.lock bash "$scripts/power.sh" "$PWD" on ;;
"check "*) ;;
*) exit 1 ;;
esac
