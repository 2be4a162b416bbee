# router_namespace_observe.sh: the name is gone, and nobody keeps what it was for.
if ! chosen >/dev/null || there || [ ! -s number ] || ! found=$(ours "$(cat number)") || [ -n "$found" ]; then
	exit 1
fi
{ read -r links; read -r led; } <had
echo "gone: the namespace of router $router with its $links interfaces; it had $led of the router's addresses here"
