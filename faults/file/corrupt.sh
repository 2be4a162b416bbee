# corrupt.sh ID PATH MOST OPEN HOW OFFSET LENGTH
how=$5 offset=$6 length=$7

changed() { # changed SIZE: how many bytes of that many are overwritten, or are no longer there
	set -- $(($1 - offset))
	if [ "$how" = overwrite ] && [ "$length" -lt "$1" ]; then
		echo "$length"
	else
		echo "$1"
	fi
}

