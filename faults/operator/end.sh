case $step in
prepare | inject | undo | verify) # the last line is what is told, when it fails
	echo "the script $step failed and gave no reason"
	;;
esac
umask 022
case $step in
observe) # an effect is one line, and says something
	env $interpreter "$own" "$@" </dev/null >"$own.said" 2>/dev/null
	code=$?
	said=$(head -n 1 "$own.said" | tr -d '[:cntrl:]' | cut -c 1-200)
	if [ -n "$said" ]; then
		echo "$said"
	elif [ "$code" = 0 ]; then
		code=1
	fi
	;;
fingerprint) # at least one line, and no empty ones, which get lost on the way
	env $interpreter "$own" "$@" </dev/null >"$own.said"
	code=$?
	echo "fingerprint=own"
	sed '/^$/d' "$own.said"
	;;
*)
	env $interpreter "$own" "$@" </dev/null
	code=$?
	;;
esac
rm -rf "$own" "$own.said"
if [ -n "$alone" ]; then
	rm -rf "$alone"
fi
if [ "$code" != 0 ]; then
	exit "$code"
fi
