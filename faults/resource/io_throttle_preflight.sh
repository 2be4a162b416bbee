if ! number=$(device 2>/dev/null); then
	echo "there is no $path on this node"
	exit 1
fi
case $number in
0:*)
	echo "the file system of $path has no block device below it ($number), so the kernel cannot tell what it reads and writes there"
	exit 1
	;;
esac
if [ -n "$(property IOReadBandwidthMax)$(property IOWriteBandwidthMax)" ]; then
	echo "$service has limits of its own for disks already, which the fault could not put back exactly"
	exit 1
fi
if [ "$(property Delegate)" = yes ] || [ "$(property IOAccounting)" = yes ]; then
	echo "$service keeps its controller of disks when it has no limit of them any more (Delegate, IOAccounting), and the kernel would keep the fault's"
	exit 1
fi
if [ -n "$(io "$(service_group)")" ]; then
	echo "somebody has told the kernel of limits for disks of $service past systemd, which the fault could not put back"
	exit 1
fi
