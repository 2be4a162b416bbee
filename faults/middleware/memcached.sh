# memcached.sh ADDRESS PORT and figures that it gave: what the steps share.
tell() { # tell LINE: what memcached answers, nothing where it does not
	printf '%s\r\nquit\r\n' "$1" | nc -w 2 "$address" "$port" 2>/dev/null | tr -d '\r'
}

figure() { # figure FILE NAME: one of the statistics in a file
	grep "^STAT $2 " "$1" | cut -d ' ' -f 3
}
