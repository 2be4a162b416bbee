# prepare.sh ...: notes which interfaces are up, and which nodes answer this machine.
# Where none does, nobody could see that they are lost.
set -u
for part in $(parts); do
	if is_up "$part"; then
		echo "$part"
	fi
done >switch.up
for again in 1 2 3; do
	knock | sort >switch.doors
	if [ -s switch.doors ] || [ -z "$doors" ]; then
		exit 0
	fi
done
echo "no node behind $switch answers this machine ($doors): nobody could see that they are lost"
exit 1
