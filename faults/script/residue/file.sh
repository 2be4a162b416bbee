# What was set aside of a file, at the top of its file system. It is put back where
# its place is free, or holds what the fault has put there.
while read -r device point kind options rest; do
	case $kind in
	nfs* | cifs | smb* | ceph | fuse* | 9p | afs | autofs | glusterfs | lustre | gpfs) continue ;;
	esac
	for left in "${point%/}"/eris-*.file; do
		if [ ! -d "$left" ]; then
			continue
		fi
		name=${left##*/}
		remedy="rm -r $(quote "$left")"
		place=$(cat "$left/path" 2>/dev/null)
		if [ -e "$left/original" ] && [ -n "$place" ]; then
			number=none
			read -r number rest 2>/dev/null <"$left/left.is"
			remedy="{ { [ ! -e $(quote "$place") ] && [ ! -L $(quote "$place") ]; } || [ \"\$(stat -c %i $(quote "$place"))\" = $number ]; } && mv -f $(quote "$left/original") $(quote "$place") && $remedy"
		fi
		found "${name%.*}" "what was set aside of ${place:-a file}, in $left" "$remedy"
	done
done </proc/mounts
