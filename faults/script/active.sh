# active.sh UNIT ...: systemd says that the unit runs. What follows asks the
# service itself, since active is no proof that it works.
if ! systemctl is-active --quiet "$1"; then
	echo "$1 is $(systemctl is-active "$1")"
	exit 1
fi
