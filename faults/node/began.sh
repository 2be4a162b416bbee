began() { # notes on the node's disk that it goes now
	moment >began
	cp began "/var/lib/eris/$(basename "$PWD")/began"
	sync
}

