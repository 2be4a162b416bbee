# files_observe.sh: those that were lowered are there, are the same, and may open no
# more. What they have closed since they may open again.
if [ ! -s was ]; then
	exit 1
fi
count=0 has=0 more=0
while read -r pid start before number; do
	set -- $(limits "$pid")
	if [ "$(born "$pid")" = "$start" ] && [ "${1:-none}" = "$number" ]; then
		count=$((count + 1)) had=$before
		used=$(open "$pid" "$number")
		has=$((has + used)) more=$((more + number - used))
	fi
done <was
if [ "$count" = 0 ]; then
	exit 1
fi
echo "$count processes of $service have $has files open and may open $more more, and each might have $had"
