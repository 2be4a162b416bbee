kib() { # kib NAME: that line of /proc/meminfo
	sed -n "s/^$1: *\([0-9]*\) kB\$/\1/p" /proc/meminfo
}

taking() { # waits until the program of memory has all of it, or the first step of a ramp
	tries=400
	while [ ! -e taken ]; do
		tries=$((tries - 1))
		if [ "$tries" = 0 ] || [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
			echo "the memory could not be taken: $(cat said 2>/dev/null)"
			exit 1
		fi
		sleep 0.05
	done
}

