began() { # notes on the node's disk that it goes now
	moment >began
	cp began state log "/var/lib/eris/$(basename "$PWD")/" # the guard has not told the disk yet
	sync
	: >asked # from here on only a boot says that it is over
}

refused() { # nobody has told the node to go
	rm -f asked
	exit 1
}

