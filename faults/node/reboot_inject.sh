# reboot_inject.sh: has systemd stop everything and boot anew.
set -eu
began
systemctl reboot || refused
