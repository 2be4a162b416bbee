# prepare.sh: a folder at the top of the file's own file system. The file is put
# back by a second name that is given to it, so a file system has to know those.
set -eu
umask 077
mount_of "$path"
own=${at%/}/eris-$id.file
mkdir -p -m 0700 "$own"
printf '%s\n' "$path" >"$own/path"
ln "$own/path" "$own/try"
rm "$own/try"
is "$path" >was
sync "$own/path" "$own" "${at%/}/"
