# fingerprint.sh: how it is mounted, and what faults have left at its top. The
# device is left out: after a reboot the same disk may have another name.
if ! has=$(mounted); then
	exit 1
fi
echo "Mount=${has#* }"
for left in "$at"/eris-*.fill "$at"/eris-*.inodes; do
	if [ -e "$left" ]; then
		echo "Left=$left"
	fi
done
