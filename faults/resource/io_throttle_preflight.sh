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
