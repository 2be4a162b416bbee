# io_load_fingerprint.sh: what a load has left in the directory.
for left in "$4"/eris-*-load-io; do
	if [ -e "$left" ]; then
		echo "Files=$left"
	fi
done
