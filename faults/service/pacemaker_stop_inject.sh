# pacemaker_stop_inject.sh RESOURCE ID: has the cluster stop it here.
set -eu
ban
leaves
