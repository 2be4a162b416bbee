# halted: Eris was halted on this node; prints why. /run is where it is written on a
# disk that is full, /var/lib where it stays through a boot; it holds in either.
halted() {
	for halt in /run/eris/halt /var/lib/eris/halt; do
		if [ -e "$halt" ]; then
			cat "$halt"
			return 0
		fi
	done
	return 1
}
