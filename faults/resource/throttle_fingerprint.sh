# throttle_fingerprint.sh: the unit's limits, as systemd and the kernel have them.
if ! state=$(property LoadState); then
	exit 1
fi
echo "LoadState=$state"
for each in ActiveState UnitFileState CPUQuotaPerSecUSec IOReadBandwidthMax IOWriteBandwidthMax; do
	echo "$each=$(property "$each")"
done
echo "Quota=$(quota "$unit")"
echo "IO=$(io "$unit")"
for dropin in $(property DropInPaths | tr ' ' '\n' | sort); do
	echo "DropIn=$dropin"
done
