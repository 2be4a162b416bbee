# readonly_observe.sh: the kernel says so, and a write is tried and refused.
if [ "$(state)" != ro ]; then
	exit 1
fi
if refused=$(touch "$file" 2>&1); then
	rm -f "$file"
	exit 1
fi
echo "$mount is read-only: ${refused##*: }"
