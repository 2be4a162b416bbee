# Is there a resolver that could be asked, to see that it does not answer?
asked=$(resolvers "$6")
if [ -z "$asked" ]; then
	echo "this node knows no resolver: /etc/resolv.conf names none with a plain address, and the arguments none"
	exit 1
fi
case " $asked " in
*" $ERIS_CONTROLLER:53 "* | *" [$ERIS_CONTROLLER]:53 "*)
	echo "eris comes from $ERIS_CONTROLLER, which is this node's resolver and is let through"
	exit 1
	;;
esac
