# What a fault has occupied, so that no other strikes it.
for resource in /run/eris/resources/*; do
	if [ -d "$resource" ]; then
		owner=$(cat "$resource/id" 2>/dev/null)
		here "eris-$owner" "${resource##*/} taken by the fault ${owner:-that left no name}" "rm -rf $(quote "$resource")"
	fi
done
