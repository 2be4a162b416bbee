# mapper.sh ID DEVICE KIND READ WRITE: what the steps of a fault of a mapped device
# share. Its table says for each part of it where that lies; a fault puts another
# target between, which has the same place in it. KIND is delay, with the
# milliseconds of a read and of a write, or flakey.
id=$1 device=$2 kind=$3 read=$4 write=$5

info() { # info FIELDS: what the device mapper says of it
	dmsetup info -c --noheadings --separator : -o "$1" "$device" 2>/dev/null
}

live() { # live: the table that counts
	dmsetup table "$device" 2>/dev/null
}

between() { # between: the table that has the fault's target in it, made of the one on stdin
	case $kind in
	delay) sed "s/^\([0-9]* [0-9]*\) linear \([0-9:]* [0-9]*\)\$/\1 delay \2 $read \2 $write/" ;;
	flakey) sed 's/^\([0-9]* [0-9]*\) linear \([0-9:]* [0-9]*\)$/\1 flakey \2 0 3600/' ;;
	esac
}

places() { # places: what of a table on stdin stays the same with the fault's target in it
	cut -d ' ' -f 1,2,4,5
}

struck() { # struck: is the table that counts the one that the fault has made?
	now=$(live) || return 1
	case $(echo "$now" | cut -d ' ' -f 3 | sort -u) in
	"$kind") [ "$(echo "$now" | places)" = "$(places 2>/dev/null <was)" ] ;;
	*) return 1 ;;
	esac
}

waits() { # waits: a table of the fault's was laid, and does not count yet
	[ -s was ] && dmsetup table --inactive "$device" 2>/dev/null | grep -q "^[0-9]* [0-9]* $kind "
}

mounted() { # mounted: where it is mounted, in whatever process's view, a line each, and btrfs where it is a part of one, which has numbers of its own
	number=$(info major,minor)
	node=$(readlink -f "$device")
	cat /proc/self/mountinfo /proc/[0-9]*/mountinfo 2>/dev/null | cut -d ' ' -f 3- | sort -u | while read -r at root point rest; do
		from=${rest##* - }
		from=${from#* }
		from=${from%% *}
		case $at:$from in
		"$number":*) echo "$point" ;;
		*:/dev/*)
			if [ "$(readlink -f "$from")" = "$node" ]; then
				echo "$point"
			fi
			;;
		esac
	done
	for part in /sys/fs/btrfs/*/devices/"${node##*/}"; do
		if [ -e "$part" ]; then
			echo btrfs
		fi
	done
}

look() { # look: reads its first block from the device itself
	dd if="$device" of=/dev/null bs=4096 count=1 iflag=direct 2>&1
}
