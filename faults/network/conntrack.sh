# conntrack.sh ID MARK PERCENT NODE: what the steps of network.conntrack share.
id=$1 mark=$2 percent=$3 node=$4
unit=eris-$id-conntrack.service
kept=/proc/sys/net/netfilter
