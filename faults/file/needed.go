package file

import (
	"fmt"
	"slices"
	"strings"
)

// neededPaths are those without which the undo could not run, or the node not be
// reached: Eris' own, programs and libraries, who may log in and become root, how
// the node starts. What lies below them is with them.
func neededPaths() []string {
	return strings.Fields(`
		/bin /sbin /lib /lib32 /lib64 /libx32 /usr /boot /efi
		/dev /proc /sys /run
		/etc/systemd /etc/init.d /etc/fstab /etc/crypttab /etc/mtab /etc/machine-id /etc/dbus-1 /etc/udev
		/etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid /etc/login.defs /etc/shells /etc/securetty
		/etc/passwd- /etc/shadow- /etc/group- /etc/gshadow-
		/etc/default/ssh /etc/crypto-policies /etc/ssl/openssl.cnf /etc/pki/tls/openssl.cnf /etc/dropbear
		/etc/sssd /var/lib/sss /etc/nslcd.conf /etc/krb5.conf /etc/krb5.conf.d /etc/krb5.keytab
		/etc/pam.d /etc/pam.conf /etc/security /etc/sudoers /etc/sudoers.d /etc/sudo.conf /etc/ssh /etc/nologin
		/etc/selinux /etc/apparmor /etc/apparmor.d /etc/environment /etc/profile /etc/alternatives
		/etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/ld.so.preload /etc/nsswitch.conf
		/etc/hosts.allow /etc/hosts.deny /etc/network /etc/netplan /etc/NetworkManager /etc/sysconfig /etc/nftables.conf /etc/iptables
		/var/lib/systemd /var/lib/dpkg /var/lib/rpm
		/var/lib/eris /etc/eris /etc/eris-lab /etc/eris-simulated`)
}

// neededThere is the step of preflight that finds them by other names: the paths that
// configure a node, and what lies in them, may be links.
func neededThere() string {
	var paths []string
	for _, path := range neededPaths() {
		if strings.HasPrefix(path, "/etc/") {
			paths = append(paths, path)
		}
	}
	return "needed='" + strings.Join(paths, " ") + "'\n" + text("needed_preflight.sh")
}

// needed refuses a path that the undo, the node or Eris needs.
func needed(name string) error {
	for _, path := range neededPaths() {
		if name == path || strings.HasPrefix(name, path+"/") {
			return fmt.Errorf("%s belongs to %s, without which the fault could not be undone or the node not be reached", name, path)
		}
	}
	parts := strings.Split(name, "/")
	if slices.Contains(parts, ".ssh") {
		return fmt.Errorf("%s is how the node is logged in to", name)
	}
	for _, part := range parts {
		if strings.HasPrefix(part, "eris-") || strings.HasPrefix(part, "zz-eris-") {
			return fmt.Errorf("%s is Eris' own", name)
		}
	}
	return nil
}
