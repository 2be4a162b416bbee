#!/bin/sh
# Called by busybox udhcpc with what the server has offered.
# each interface has routes of its own, the first one's are used: an interface
# that is plugged in and out again leaves the others their way
metric=$((100 + ${interface#eth}))
case $1 in
deconfig)
  ip -4 addr flush dev "$interface"
  ip link set "$interface" up
  ;;
bound | renew)
  ip -4 addr replace "$ip/$mask" dev "$interface"
  [ -z "${mtu-}" ] || ip link set "$interface" mtu "$mtu"
  # RFC 3442: where classless routes are given, the router option is ignored
  if [ -n "${staticroutes-}" ]; then
    set -- $staticroutes
    while [ $# -ge 2 ]; do
      ip -4 route replace "$1" via "$2" dev "$interface" onlink metric "$metric"
      shift 2
    done
  elif [ -n "${router-}" ]; then
    ip -4 route replace default via "${router%% *}" dev "$interface" metric "$metric"
  fi
  [ "$interface $ip" = "$(cat /run/guest/lease."$interface" 2>/dev/null)" ] || echo "dhcp: $interface has $ip/$mask"
  echo "$interface $ip" >/run/guest/lease."$interface"
  ;;
esac
