# inject.sh ...: takes down what was up. A port that goes meanwhile was unplugged.
code=0
while IFS= read -r part; do
	inside link set dev "$part" down || ! inside -o link show dev "$part" >/dev/null 2>&1 || code=1
done <switch.up
exit $code
