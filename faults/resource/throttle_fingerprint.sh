# throttle_fingerprint.sh: the service's limits, as systemd and the kernel have them.
if ! scope || ! state=$(property LoadState); then
	exit 1
fi
echo "LoadState=$state"
for each in ActiveState UnitFileState CPUQuotaPerSecUSec IOReadBandwidthMax IOWriteBandwidthMax; do
	echo "$each=$(property "$each")"
done
echo "Quota=$(quota "$(service_group)")"
echo "IO=$(io "$(service_group)")"
for dropin in $(property DropInPaths | tr ' ' '\n' | sort); do
	echo "DropIn=$(echo "$dropin" | sed 's/[0-9a-f]\{64\}/ID/')" # a container's id, another one where somebody makes it anew
done
