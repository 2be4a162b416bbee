# aside.sh: functions of faults that set files aside, in a folder of their own at
# the top of the same file system: so each is put back by giving it its name again,
# and never by writing it.

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

same() { # same ONE OTHER: both are names of one file
	[ -e "$1" ] && [ -e "$2" ] && [ "$(stat -c %i "$1")" = "$(stat -c %i "$2")" ]
}

# unfit PATH: why what lies there cannot be set aside and come back, if it cannot.
unfit() {
	if [ "$(readlink -f "$1")" != "$1" ]; then
		echo "$1 is reached over a link: name $(readlink -f "$1")"
		return
	fi
	mount_of "$1"
	case $kind in
	tmpfs | ramfs | devtmpfs)
		echo "$1 lies in memory ($kind at $at): after a reboot in the middle nothing could put it back"
		return
		;;
	nfs* | cifs | smb* | ceph | fuse* | 9p | afs | autofs | glusterfs | lustre | gpfs)
		echo "$1 lies on a file system that is not this node's alone ($kind at $at): others would be struck uncounted"
		return
		;;
	esac
	case ,$options, in
	*,ro,*)
		echo "$1 lies on $at, which takes no writes"
		return
		;;
	esac
	if [ "$kind" != overlay ] && [ "$(stat -c %d "$1")" != "$(stat -c %d "$at")" ]; then
		echo "$1 lies on another volume than the top of $at, where it would be set aside"
	fi
}
