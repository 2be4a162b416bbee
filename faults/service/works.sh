# works.sh: how a program measures by the service's own probe for how long a verb
# took it away. Who uses it says by a function `through` that the verb was done.
works() {
	set --
	while IFS= read -r argument; do
		set -- "$@" "$argument"
	done <args
	sh ./healthy.sh "$@" >/dev/null 2>&1
}
measure() { # sets over, the moment when it worked again, and gap, which says in words for how long it did not
	looks=0 failed=0 since= over=
	while :; do
		looked=$(moment)
		looks=$((looks + 1))
		if ! works; then
			failed=$((failed + 1)) since=${since:-${looked#* }} over=
		elif [ -n "$over" ] || through; then
			over=${over:-$looked}
			if [ $((${looked#* } - ${over#* })) -ge 1000 ]; then
				break
			fi
		fi
		sleep 0.05
	done
	gap="worked all the while, in $looks looks at it"
	if [ -n "$since" ]; then
		gap="did not do its work for $((${over#* } - since)) ms, in $failed of $looks looks at it"
	fi
}
