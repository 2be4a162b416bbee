# table_fingerprint.sh ID NAME ...: which of our tables cuts NAME off, and every table
# that is not ours, as it is but for what changes by itself: counters (-s) and
# what others put into named sets as they go (-t). The tables that iptables
# keeps are rewritten by whoever uses it, at any moment, and so are left out.
name=$2
if ! tables=$(nft list tables); then
	exit 1
fi
hex='[0-9a-f]'
ours() { # ours FAMILY TABLE: it carries the id of a fault
	case "$1 $2" in
	"inet eris-"$hex$hex$hex$hex$hex$hex$hex$hex-*-[0-9]*) ;;
	*) return 1 ;;
	esac
}
cut=$(echo "$tables" | sort | while read -r word family table; do
	if ours "$family" "$table" &&
		nft list table "$family" "$table" 2>/dev/null | grep -q -F -e "chain $name-in {" -e "chain $name-out {"; then
		echo "$table"
	fi
done)
echo "Cut=${cut:-no}"
echo "$tables" | sort | while read -r word family table; do
	case "$family $table" in
	' ') continue ;;
	'ip filter' | 'ip nat' | 'ip mangle' | 'ip raw' | 'ip security') continue ;;
	'bridge filter' | 'bridge nat' | 'bridge broute' | 'arp filter') continue ;; # ebtables', arptables'
	'ip6 filter' | 'ip6 nat' | 'ip6 mangle' | 'ip6 raw' | 'ip6 security') continue ;;
	esac
	if ! ours "$family" "$table"; then
		echo "Table=$family $table $(nft -s -t list table "$family" "$table" | sha256sum | cut -d ' ' -f 1)"
	fi
done
