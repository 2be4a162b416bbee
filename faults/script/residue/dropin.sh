# Drop-ins of other units.
for file in /run/systemd/system/*.d/zz-eris-*.conf /etc/systemd/system/*.d/zz-eris-*.conf; do
	if [ -e "$file" ]; then
		found "${file##*/}" "drop-in $file" "rm $(quote "$file") && { rmdir $(quote "${file%/*}") 2>/dev/null || true; } && systemctl daemon-reload"
	fi
done
