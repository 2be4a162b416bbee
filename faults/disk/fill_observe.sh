# fill_observe.sh: the kernel says what is left.
if [ ! -e "$file" ]; then
	exit 1
fi
taken=$(($(stat -c %s "$file") / 1024))
left=$(free)
if [ "$left" -gt $((leave + taken / 50 + 1024)) ]; then
	exit 1
fi
echo "$left KiB are left on $mount, asked $leave; $((taken / 1024)) MiB were taken"
