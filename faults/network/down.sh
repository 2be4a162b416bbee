# What a link has, a line each, without what changes by itself: how long an
# address or route is valid, and whether there is a carrier.
addresses() { # addresses LINK
	ip -o address show dev "$1" | grep -v ' temporary ' |
		sed -e 's/^[0-9]*: *[^ ]* *//' -e 's/ *\\.*//' -e 's/ dynamic//' -e 's/ deprecated//' | sort
}
routes() { # routes FAMILY LINK
	ip "-$1" route show table all dev "$2" | sed -e 's/ linkdown//' -e 's/ dead//' -e 's/ expires [0-9]*sec//' -e 's/ *$//' | sort
}
up() { # up LINK
	ip -o link show dev "$1" 2>/dev/null | grep -q '[<,]UP[,>]'
}
everything() { # everything LINK
	addresses "$1"
	routes 4 "$1"
	routes 6 "$1"
}
newline='
'
has() { # has LINES LINE
	case "$newline$1$newline" in
	*"$newline$2$newline"*) ;;
	*) return 1 ;;
	esac
}

