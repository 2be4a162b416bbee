# inject.sh ...: takes down what is up, and notes each before, and which of them had a
# carrier. A port that goes meanwhile was unplugged, and one that somebody else has
# taken down stays his.
code=0
while IFS= read -r part; do
	is_up "$part"
	case $? in
	0)
		if lit "$part"; then
			echo "$part" >>switch.lit
		fi
		echo "$part" >>switch.down || exit 1
		inside link set dev "$part" down || ! inside -o link show dev "$part" >/dev/null 2>&1 || code=1
		;;
	2) code=1 ;;
	esac
done <switch.up
exit $code
