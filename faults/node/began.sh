began() { # notes on the node's disk that it goes now
	moment >began
	cp began "/var/lib/eris/$(basename "$PWD")/began"
	sync
	: >asked # from here on only a boot says that it is over
}

refused() { # nobody has told the node to go
	rm -f asked
	exit 1
}

