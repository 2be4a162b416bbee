# Unit files, and the links that enable them.
for file in /run/systemd/system/eris-* /etc/systemd/system/eris-* /etc/systemd/system/*.wants/eris-*; do
	if [ -e "$file" ] || [ -L "$file" ]; then
		found "${file##*/}" "unit file $file" "rm -r $(quote "$file") && systemctl daemon-reload"
	fi
done
