# keystone_fernet.sh UNIT ID REPOSITORY CONFIG TIMES: what the steps share, after
# script.Aside.
unit=$1 id=$2 keys=$3 config=$4 times=$5

aside() { # the folder in which the key files have a second name
	mount_of "$keys"
	own=${at%/}/eris-$id.keys # a file system may be mounted elsewhere too
	if [ -d "$own" ]; then
		return
	fi
	own=$(laid "eris-$id.keys" | head -n 1)
	[ -n "$own" ]
}

listing() { # listing FOLDER: which key files there are, whose, and what is in them
	for key in "$1"/*; do
		if [ -f "$key" ]; then
			echo "${key##*/} $(stat -c '%i %u:%g %a' "$key") $(sum "$key")"
		fi
	done
}

sum() {
	sha256sum "$1" | cut -d ' ' -f 1
}

strangers() { # the files in the repository that are neither its own nor the fault's
	for key in "$keys"/*; do
		if [ -e "$key" ] && ! { listing "$own/keys"; listing "$own/new"; cat "$own/left"; } | grep -q " $(sum "$key")\$"; then
			echo "$key"
		fi
	done | sort | tr '\n' ' '
}

numbers() { # numbers FOLDER: of its keys, the staged one first
	for key in "$1"/*; do
		case ${key##*/} in
		*[!0-9]*) ;;
		*) echo "${key##*/}" ;;
		esac
	done | sort -n
}

primary() { # primary FOLDER: the number of the key with which tokens are issued
	numbers "$1" | tail -n 1
}

setting() { # setting NAME: of the section fernet_tokens
	sed -n '/^\[fernet_tokens\]/,/^\[/p' "$config" | sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" | tail -n 1
}

# place FOLDER: makes the repository have these files and no others. Each comes by
# one step of the kernel, and goes after all are there.
place() {
	for key in "$1"/*; do
		if ! same "$key" "$keys/${key##*/}"; then
			rm -f "$own/next"
			ln "$key" "$own/next"
			mv -f "$own/next" "$keys/${key##*/}"
		fi
	done
	for key in "$keys"/*; do
		if [ ! -e "$1/${key##*/}" ]; then
			rm -f "$key"
		fi
	done
	sync "$keys"
}

