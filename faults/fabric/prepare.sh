# prepare.sh ...: notes which interfaces are up, and which nodes let this
# machine in.
set -u
for part in $(parts); do
	if is_up "$part"; then
		echo "$part"
	fi
done >switch.up
knock | sort >switch.doors
