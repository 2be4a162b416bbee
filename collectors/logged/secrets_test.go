package logged_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// printed is a node with a journal that says such.
func printed(journal string) func(context.Context, remote.Command) remote.Result {
	return func(ctx context.Context, cmd remote.Command) remote.Result {
		const program = "journalctl() { case \"$*\" in *--show-cursor*) echo; echo '-- cursor: s=1;i=2' ;; *) printf %s "
		cmd.Script = program + inventory.Quote(journal) + " ;; esac; }\ntimeout() { shift; \"$@\"; }\n" + cmd.Script
		return here(ctx, cmd)
	}
}

// What a node struck whole has logged of commands that others, or Eris, have run there stays
// out, also what is on their later lines.
func TestAWholeJournalHasNoCommandsOfOthers(t *testing.T) {
	const at = "2026-11-29T04:36:58+0000 " // of each entry
	b := newBench(t, t.TempDir(), printed(at+"kernel: one\n"+
		at+"sudo[7]:     eris : COMMAND=/usr/bin/env sh -c 'ids=$(cat)\n                       geheim1'\n"+
		at+"sudo[8]: geheim2\n                       geheim3\n"+
		at+"CRON[9]: (root) CMD (geheim4)\n"+at+"sshd-session[9]: geheim5\n"+at+"kernel: audit: type=1123 geheim6\n"+at+"audit[1]: geheim7\n"+
		at+"systemd[1]: Started eris-5bf4d9ec-loss-1-1-1-lease.timer - undo.\n"+at+"systemd[1]: eris-5bf4d9ec-loss-1-1-1-lease.timer: state active/waiting\n"+
		at+"nova[9]: two of sudo[8]: no more\n                       of it\n"+at+"nova[9]: mysql://nova:geheim8"))
	b.Begin(t.Context())
	around := []record.Around{{Fault: "reboot", Target: record.Target{Node: "ctl-1"}}}
	l := b.Search(t.Context(), nil, around)[0]
	require.Len(t, l.Lines, 1)
	require.Equal(t, []string{at + "kernel: one", at + "nova[9]: two of sudo[8]: no more", "of it"}, l.Lines[0].Lines)
	run := simulated(t)
	s := newBench(t, "/var/log/test", run)
	s.Begin(t.Context())
	s.do("systemd-run --quiet --unit=later.service true")
	require.NotEmpty(t, s.Search(t.Context(), nil, around)[0].Lines)
}

// Of a line that is cut by a piece's bound nothing is kept, at its begin as at its end.
func TestALineThatIsCutIsLeftOut(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.do("printf %s 'amqp://nova:gehe' > " + b.folder + "/keystone.log")
		b.Begin(t.Context())
		b.do("printf %s 'im1@mq' >> " + b.folder + "/keystone.log")
		b.write(">>", "keystone.log", " "+one, line("INFO", one, "whole"))
		b.do("printf %s 'amqp://nova:geheim2 " + one + "' >> " + b.folder + "/keystone.log")
		around := []record.Around{{Fault: "kill", Target: ofKeystone}}
		l := b.Search(t.Context(), of(one), around)[0]
		require.Len(t, l.Lines, 2)
		for _, e := range l.Lines {
			require.Equal(t, []string{line("INFO", one, "whole")}, e.Lines)
		}
	})
}

// A private key over several lines is left out to its end, also one whose begin is not there.
func TestNoLineOfAPrivateKeyIsKept(t *testing.T) {
	body := strings.Repeat("Ab3/", 16)
	b := newBench(t, t.TempDir(), here)
	b.Begin(t.Context())
	b.write(">", "keystone.log", "before", body, "Ab3=", "-----END RSA PRIVATE KEY-----", "between",
		"has -----BEGIN PRIVATE KEY-----", body, "Ab3=", "-----END PRIVATE KEY-----", "after")
	l := b.Search(t.Context(), nil, []record.Around{{Fault: "kill", Target: ofKeystone}})[0]
	const gone = record.Redacted
	require.Equal(t, []string{"before", gone, gone, gone, "between", "has " + gone, gone, gone, gone, "after"}, l.Lines[0].Lines)
}
