# file.sh ID PATH MOST OPEN ...: what the steps share.
id=$1 path=$2 most=$3 open=$4

mount_of() { # mount_of PATH: where the file system is mounted on which it lies, of what kind it is, and how it is mounted
	at= kind= options=
	while read -r device point type with rest; do
		case $1/ in
		"${point%/}"/*)
			if [ "${#point}" -ge "${#at}" ]; then
				at=$point kind=$type options=$with
			fi
			;;
		esac
	done </proc/mounts
}

# laid NAME: the folders of that name at the top of the node's file systems. One
# of another machine is left alone: who asks it may wait for ever.
laid() {
	while read -r device point type rest; do
		case $type in
		nfs* | cifs | smb* | ceph | fuse* | 9p | afs | autofs | glusterfs | lustre | gpfs) continue ;;
		esac
		for folder in "${point%/}"/$1; do
			if [ -d "$folder" ]; then
				echo "$folder"
			fi
		done
	done </proc/mounts
}

aside() { # the folder of what this fault has set aside
	own=$(laid "eris-$id.file" | head -n 1)
	[ -n "$own" ]
}

is() { # is PATH: which file it is, and what is in it
	set -- $(stat -c '%i %u:%g %a %s' "$1" 2>/dev/null) "$1"
	if [ "$open" = yes ] || [ $# -lt 5 ]; then
		echo "${1:-gone}"
	else
		echo "$1 $2 $3 $4 $(sha256sum "$5" | cut -d ' ' -f 1)"
	fi
}

same() { # same ONE OTHER: both are names of one file
	[ -e "$1" ] && [ -e "$2" ] && [ "$(stat -c %i "$1")" = "$(stat -c %i "$2")" ]
}

left() { # in the file's place is what the fault has put there
	[ -e "$own/left.is" ] && [ -f "$path" ] && [ "$(is "$path")" = "$(cat "$own/left.is")" ]
}

