package scsi

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// Target is an iSCSI target that the node knows, and logs in to when it boots.
type Target struct {
	Name    string   // iqn.…
	Portals []string // ADDRESS:PORT
	Disks   []Disk   // that it has, the same by each portal; without ID
	// Manual says that a boot does not log in to it, as with what os-brick has
	// begun: the node is logged in to it only when it is new.
	Manual bool
}

// Exit codes of iscsiadm. Source: its manual.
const (
	codeInvalid   = 7
	codeExists    = 15
	codeNoRecords = 21
)

// Admin is iscsiadm, as far as it is used here: -m node -T TARGET -p PORTAL, with
// --login, --logout or neither.
func (b *Bus) Admin(_ context.Context, p *shell.Proc) int {
	a := p.Args[1:]
	if len(a) < 6 || a[0] != "-m" || a[1] != "node" || a[2] != "-T" || a[4] != "-p" {
		p.Errorf("iscsiadm: unknown arguments here")
		return codeInvalid
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.targets, func(t Target) bool { return t.Name == a[3] && slices.Contains(t.Portals, a[5]) })
	if i < 0 {
		p.Errorf("iscsiadm: No records found")
		return codeNoRecords
	}
	t, session := b.targets[i], b.session(a[3], a[5])
	var err error
	switch {
	case len(a) == 6:
		p.Printf("# BEGIN RECORD 2.1.8\nnode.name = %s\n# END RECORD\n", t.Name)
	case a[6] == "--login" && session != nil:
		p.Errorf("iscsiadm: default: 1 session requested, but 1 already present.")
		return codeExists
	case a[6] == "--login":
		err = b.login(t, a[5])
	case a[6] == "--logout" && session == nil:
		p.Errorf("iscsiadm: No matching sessions found")
		return codeNoRecords
	case a[6] == "--logout":
		err = b.logout(session)
	default:
		p.Errorf("iscsiadm: unknown argument %s here", a[6])
		return codeInvalid
	}
	if err != nil {
		p.Errorf("iscsiadm: %v", err)
		return 1
	}
	return 0
}

// session is one with a target.
type session struct {
	number         int
	target, portal string
	adapter        *adapter
}

// session is the one with a target by a portal, nil for none. Called with mu held.
func (b *Bus) session(target, portal string) *session {
	i := slices.IndexFunc(b.sessions, func(s *session) bool { return s.target == target && s.portal == portal })
	if i < 0 {
		return nil
	}
	return b.sessions[i]
}

// login makes a session, with an adapter of its own. Called with mu held.
func (b *Bus) login(t Target, portal string) error {
	to, err := netip.ParseAddrPort(portal)
	if err != nil {
		return err
	}
	a, err := b.add(t.Disks)
	if err != nil {
		return err
	}
	b.logins++
	s := &session{number: b.logins, target: t.Name, portal: portal, adapter: a}
	b.sessions = append(b.sessions, s)
	for file, text := range map[string]string{
		s.dir() + "/targetname": t.Name + "\n", s.dir() + "/state": "LOGGED_IN\n",
		s.connection() + "/persistent_address": to.Addr().String() + "\n", s.connection() + "/persistent_port": fmt.Sprintln(to.Port()),
	} {
		if err := b.write(file, text); err != nil {
			return err
		}
	}
	for _, d := range t.Disks {
		place := fmt.Sprintf("%d:%s", a.number, d.Place)
		dir := fmt.Sprintf("%s/target%d:0:0", s.device(), a.number)
		if err := b.fs.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := b.fs.Symlink("/sys/bus/scsi/devices/"+place, dir+"/"+place); err != nil {
			return err
		}
	}
	return b.fs.Symlink(s.device(), s.dir()+"/device")
}

func (s *session) dir() string { return fmt.Sprintf("/sys/class/iscsi_session/session%d", s.number) }
func (s *session) connection() string {
	return fmt.Sprintf("/sys/class/iscsi_connection/connection%d:0", s.number)
}

func (s *session) device() string {
	return fmt.Sprintf("/sys/devices/platform/host%d/session%d", s.adapter.number, s.number)
}

// logout ends a session, and takes its adapter with the disks. Called with mu held.
func (b *Bus) logout(s *session) error {
	b.sessions = slices.DeleteFunc(b.sessions, func(other *session) bool { return other == s })
	for _, d := range s.adapter.finds {
		if s.adapter.names[d.Place] != "" {
			if err := b.detach(s.adapter, d); err != nil {
				return err
			}
		}
	}
	for _, gone := range []string{s.dir(), s.connection(), s.device(), fmt.Sprintf("/sys/class/scsi_host/host%d", s.adapter.number)} {
		if err := b.fs.RemoveAll(gone); err != nil {
			return err
		}
	}
	return nil
}
