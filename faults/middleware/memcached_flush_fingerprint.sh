# memcached_flush_fingerprint.sh: what it holds is no state that anybody restores:
# it answers or does not.
state=$(systemctl show "$unit" -p ActiveState --value)
if [ "$state" = active ] && [ -z "$(tell version)" ]; then
	exit 1
fi
echo "Unit=$state"
