# file.sh ID PATH MOST OPEN ...: what the steps share.
id=$1 path=$2 most=$3 open=$4

aside() { # the folder of what this fault has set aside
	mount_of "$path"
	own=${at%/}/eris-$id.file # a file system may be mounted elsewhere too
	if [ -d "$own" ]; then
		return
	fi
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

left() { # in the file's place is what the fault has put there
	[ -e "$own/left.is" ] && [ -f "$path" ] && [ "$(is "$path")" = "$(cat "$own/left.is")" ]
}

