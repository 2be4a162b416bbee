# What the steps need of the machine, and how it gets there on Debian.
# Sourced by testenv/check.

# needs STEP prints `command package…` for everything that a step needs beside Go.
needs() {
	case $1 in
	test)
		echo "gcc gcc libc6-dev"
		echo "python3 python3"
		echo "iperf3 iperf3"
		echo "fio fio"
		echo "xz xz-utils"
		;;
	full)
		needs node
		needs client
		echo "rally rally python3-rally-openstack"
		echo "tempest tempest"
		echo "ssh openssh-client"
		echo "ping iputils-ping"
		;;
	node)
		echo "debootstrap debootstrap"
		echo "systemd-nspawn systemd-container"
		echo "nft nftables"
		echo "ip iproute2"
		echo "mkfs.ext4 e2fsprogs"
		echo "nsenter util-linux"
		echo "losetup mount"
		echo "ipmi_sim openipmi"
		echo "rally rally"
		echo "/usr/lib/python3/dist-packages/rally_openstack python3-rally-openstack"
		;;
	guest)
		echo "qemu-system-x86_64 qemu-system-x86"
		echo "depmod kmod"
		echo "ip iproute2"
		echo "nc netcat-openbsd"
		echo "ping iputils-ping"
		echo "dmsetup dmsetup"
		echo "mkfs.ext4 e2fsprogs"
		echo "iscsid open-iscsi"
		echo "tgtd tgt"
		;;
	page)
		echo "chromium chromium"
		echo "/usr/lib/python3/dist-packages/junitparser python3-junitparser"
		;;
	bench) echo "wrk wrk" ;;
	client)
		echo "openstack python3-openstackclient"
		echo "rally rally"
		echo "/usr/lib/python3/dist-packages/heatclient python3-heatclient"
		echo "/usr/lib/python3/dist-packages/octaviaclient python3-octaviaclient"
		;;
	libvirt)
		echo "libvirtd libvirt-daemon"
		echo "virsh libvirt-clients"
		;;
	ovn)
		echo "ovsdb-server openvswitch-common"
		echo "ovn-nbctl ovn-common"
		echo "$(ovn)/usr/bin/ovn-northd"
		;;
	sinks)
		influxd
		prometheus
		node_exporter
		;;
	esac
}

# kept is where programs are kept that are no packages here.
kept() { echo "${ERIS_CHECK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/eris}"; }

influxdb=v1.8.10 # the last of those that are one Go module

# influxd, prometheus and node_exporter print where these programs are, or are to be.
influxd() { echo "$(kept)/influxdb-$influxdb/influxd"; }
prometheus() { type -P prometheus || echo "$(kept)/prometheus/prometheus"; }
node_exporter() { type -P prometheus-node-exporter || echo "$(kept)/prometheus-node-exporter/prometheus-node-exporter"; }

# fetch_sinks brings them without installing them, so that no service of theirs runs:
# InfluxDB is built from its module, the others are taken out of Debian's packages.
fetch_sinks() {
	[ -n "$install" ] || return 0
	local program
	hold install
	for program in influxd prometheus node_exporter; do
		has "$("$program")" && continue
		run "fetch_$program" "$(dirname "$("$program")")" >"$work/$program.log" 2>&1 || cat "$work/$program.log" >&2
	done
	release
}

# fetch_influxd DIR and the others put the program into a folder, whole or not at all.
fetch_influxd() {
	rm -rf "$1.making" && mkdir -p "$1" "$1.making" &&
		CGO_ENABLED=0 GOFLAGS= GOBIN=$1.making go install "github.com/influxdata/influxdb/cmd/influxd@$influxdb" &&
		mv "$1.making/influxd" "$1/influxd" && rm -r "$1.making"
}
fetch_prometheus() { fetch_packaged prometheus "$1"; }
fetch_node_exporter() { fetch_packaged prometheus-node-exporter "$1"; }

# fetch_packaged PACKAGE DIR takes the program of that name out of a package.
fetch_packaged() {
	rm -rf "$2.making" && mkdir -p "$2" && unpack "$2.making" "$1" && mv "$2.making/usr/bin/$1" "$2/$1" && rm -r "$2.making"
}

# unpack DIR PACKAGE… lays what is in packages of Debian into a folder.
unpack() {
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || {
		echo "testenv/check: ${*:2} comes from Debian's package; elsewhere put one into the PATH"
		return 1
	}
	mkdir -p "$1" && (
		cd "$1" && { apt-get -q download "${@:2}" || { apt-get -q update && apt-get -q download "${@:2}"; }; } &&
			for package in *.deb; do dpkg-deb -x "$package" . || exit; done && rm -- *.deb
	)
}

# ovn prints where what is of OVN is, or is to be, whose packages would start it.
ovn() { echo "$(kept)/ovn"; }

# fetch_ovn brings it.
fetch_ovn() {
	[ -n "$install" ] || return 0
	hold install
	has "$(ovn)/usr/bin/ovn-northd" || { rm -rf "$(ovn).making" "$(ovn)" && mkdir -p "$(kept)" && unpack "$(ovn).making" ovn-central ovn-host openvswitch-switch >"$work/ovn.log" 2>&1 &&
		mv "$(ovn).making" "$(ovn)"; } || cat "$work/ovn.log" >&2
	release
}

# has COMMAND also looks where only root's PATH leads. A path is something that is no
# command, a library.
has() {
	case $1 in
	/*) [ -e "$1" ] ;;
	*) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
	esac
}

# lacks STEP prints the commands that a step needs and that are not there.
lacks() {
	local command packages
	needs "$1" | while read -r command packages; do
		has "$command" || echo "$command"
	done
}

# may_install says whether this machine is ours to install on.
may_install() { [ -n "$install" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && [ -e /etc/debian_version ]; }

# prepare STEP… installs what the steps lack; what it cannot install, the steps
# report when their turn comes.
prepare() {
	command -v go >/dev/null || {
		echo "testenv/check: go is not in the PATH; see https://go.dev/dl" >&2
		exit 2
	}
	local step command packages wanted=()
	for step in "$@"; do
		while read -r command packages; do
			[ -z "$command" ] || has "$command" || read -ra wanted <<<"${wanted[*]} $packages"
		done < <(needs "$step")
	done
	[ ${#wanted[@]} -gt 0 ] && may_install || return 0
	echo "== install ${wanted[*]}"
	local began=$SECONDS
	hold install
	run apt_install "${wanted[@]}" >"$work/install.log" 2>&1 || cat "$work/install.log" >&2
	grep -h '^   install: ' "$work/install.log"
	release
	echo "   install took $((SECONDS - began)) s"
}

# apt_install PACKAGE… waits for a dpkg lock that another program holds; the
# lock of the package lists cannot be waited for, so that is tried again.
apt_install() {
	local apt=(apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
	export DEBIAN_FRONTEND=noninteractive
	for _ in 1 2 3 4 5; do
		"${apt[@]}" install --no-install-recommends "$@" && return
		"${apt[@]}" update || sleep 10
		echo "   install: it was tried again"
	done
	return 1
}
