# io_throttle.sh SERVICE ID CONTROLLER PATH READ WRITE: bytes a second, 0 for no limit.
path=$4 read=$5 write=$6

device() { # MAJOR:MINOR of the file system that the path is on
	number=$(stat -L -c %d "$path") || return 1
	echo "$(((number >> 8) & 4095)):$(((number & 255) | ((number >> 12) & 1048320)))"
}

