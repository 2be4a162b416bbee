# Builds a node's root file system. Runs in mount and process namespaces of its own.
root=$1 suite=$2 mirror=$3 debs=$4 sources=$5 options=$6 packages=$7 init=$8
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
mount --make-rprivate /
mount -t proc proc /proc

echo '== base system'
debootstrap --variant=minbase --include=ca-certificates --cache-dir="$debs" "$suite" "$root" "$mirror" >&2

printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
printf '%s\n' "$options" >"$root/etc/apt/apt.conf.d/00host"
cat >"$root/etc/apt/apt.conf.d/01lab" <<END
APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "true";
Binary::apt-get::APT::Keep-Downloaded-Packages "true";
Acquire::Languages "none";
END
cat >"$root/etc/dpkg/dpkg.cfg.d/lab" <<END
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
END
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Each of some 300 Python packages wants its modules compiled as it is
# configured, by two interpreters of its own. Here they only note what they want.
# One interpreter compiles what is unpacked while dpkg configures, and at the end
# every core compiles what is left.
chroot "$root" dpkg-divert --quiet --local --no-rename --divert /usr/bin/py3compile.packaged --add /usr/bin/py3compile
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>/var/tmp/py3compile\n' >"$root/usr/bin/py3compile"
chmod 755 "$root/usr/bin/py3compile"
mount -t proc proc "$root/proc"
mount --bind "$debs" "$root/var/cache/apt/archives"

echo '== package lists'
# a list that cannot be had is an error: without security's, an old image would be kept for good
chroot "$root" apt-get -q -o APT::Update::Error-Mode=any update >&2
echo '== packages'
# Without the columns of every expression byte code is smaller, and so are the
# processes that load it. What does not compile is never imported here.
compile() { chroot "$root" python3 -X no_debug_ranges -m compileall -q "$@" >&2 || :; }
(
  until grep -qsxz -e '--pendin[g]' /proc/[0-9]*/cmdline; do
    [ ! -e "$root/var/tmp/installed" ] || exit 0
    sleep 0.5
  done
  compile -f /usr/lib/python3/dist-packages
) &
# a package's own script may fail for what goes on beside it, and is run once more then
chroot "$root" apt-get -q install -y $packages >&2 || {
  echo "== packages once more, not configured: $(chroot "$root" dpkg --audit | sed -n 's/^ \([^ ]*\).*/\1/p' | xargs)"
  chroot "$root" dpkg --configure -a >&2
  chroot "$root" apt-get -q install -y $packages >&2
}
touch "$root/var/tmp/installed"
wait
echo '== byte code'
rm -f "$root/usr/bin/py3compile"
chroot "$root" dpkg-divert --quiet --local --rename --remove /usr/bin/py3compile
for dir in "$root"/usr/lib/python3.[0-9]*; do compile -j 0 -f "${dir#"$root"}"; done
compile -j 0 /usr/lib/python3/dist-packages $(grep '^/' "$root/var/tmp/py3compile" | sort -u || :)
rm -f "$root/var/tmp/py3compile" "$root/var/tmp/installed"
# some modules compile nowhere, and it ends with 1 for them; but none at all is a fault of ours
for module in "$root"/usr/lib/python3/dist-packages/[a-z]*/__init__.py; do
  [ ! -e "$module" ] || [ -d "${module%/*}/__pycache__" ] || bare="${bare:-} ${module#"$root"}"
done
[ "$(echo ${bare:-} | wc -w)" -lt 20 ] || { echo "no byte code beside$bare" >&2; exit 1; }
umount "$root/var/cache/apt/archives" "$root/proc"

echo '== settings'
# nothing starts before the lab has set it up, and nothing that a node of this kind cannot do
mkdir -p "$root/etc/systemd/system-preset"
printf '%s\n' 'enable ssh.service' 'enable systemd-networkd.service' 'disable *' >"$root/etc/systemd/system-preset/00-lab.preset"
chroot "$root" systemctl -q preset-all
for timer in "$root"/lib/systemd/system/*.timer; do
  case $timer in *systemd-tmpfiles*) ;; *) ln -sf /dev/null "$root/etc/systemd/system/${timer##*/}" ;; esac
done
for unit in systemd-udevd systemd-timesyncd systemd-resolved systemd-networkd-wait-online console-getty \
  getty@tty1 e2scrub_reap systemd-pstore; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done
chroot "$root" useradd --create-home --shell /bin/bash --password '*' eris
chroot "$root" install -d -o eris -g eris -m 700 /home/eris/.ssh
install -d -m 700 "$root/root/.ssh"
install -d "$root/usr/lib/eris-lab"
printf '%s' "$init" >"$root/usr/lib/eris-lab/init"
chmod 755 "$root/usr/lib/eris-lab/init"
rm -f "$root"/etc/ssh/ssh_host_* "$root/usr/sbin/policy-rc.d" "$root/etc/apt/apt.conf.d/00host" "$root/etc/machine-id"
rm -rf "$root"/var/lib/apt/lists/*
rm -f "$root"/var/cache/apt/*.bin
