# down_inject.sh ...: takes the link down.
read -r link <down.link
ip link set dev "$link" down
