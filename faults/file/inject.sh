# inject.sh: sets the file aside, if it is the one that was looked at.
set -eu
if ! aside; then
	echo "the folder at the top of the file system is gone" >&2
	exit 1
fi
if [ ! -e "$own/original" ] && [ "$(is "$path")" != "$(cat was)" ]; then
	echo "$path has changed since it was looked at" >&2
	exit 1
fi
