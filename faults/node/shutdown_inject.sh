# shutdown_inject.sh: has systemd stop everything and switch the node off.
set -eu
began
systemctl poweroff || refused
