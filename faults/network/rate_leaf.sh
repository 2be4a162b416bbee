# said LINK BITS: what tc is told of tbf: a bucket of 10 ms, and no smaller than the
# largest packet; who would wait for longer than half a second is dropped.
said() {
	burst=$(($(ip -o link show dev "$1" | sed -n 's/.* mtu \([0-9]*\) .*/\1/p') + 100))
	if [ $(($2 / 800)) -gt "$burst" ]; then
		burst=$(($2 / 800))
	fi
	echo "tbf rate $2bit burst $burst latency 500ms"
}

can() {
	true
}

