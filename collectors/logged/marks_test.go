package logged_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/logged"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// at sets the run's clock.
func (b *bench) at(now time.Duration) { b.Clock = record.ClockFrom(time.Now().Add(-now)) }

// A file that is renamed is read on from where it was, and not from its begin.
func TestARenamedFileIsTheSame(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.write(">", "keystone.log", "of yesterday")
		b.Begin(t.Context())
		b.write(">>", "keystone.log", one+" before")
		b.do("mv " + b.folder + "/keystone.log " + b.folder + "/keystone-1.log")
		b.write(">>", "keystone-1.log", one+" late")
		b.write(">", "keystone.log", one+" new")
		l := b.Search(t.Context(), of(one), []record.Around{{Fault: "kill", Target: ofKeystone}})[0]
		require.Len(t, l.Lines, 4)
		for _, n := range []int{0, 2} {
			require.Equal(t, b.folder+"/keystone-1.log", l.Lines[n].Source)
			require.Equal(t, []string{one + " before", one + " late"}, l.Lines[n].Lines)
			require.Equal(t, []string{one + " new"}, l.Lines[n+1].Lines)
		}
		require.NotContains(t, strings.Join(l.Silent, "\n"), "anew")
		b.do("rm " + b.folder + "/keystone-1.log")
		l = b.Search(t.Context(), of(one), nil)[0]
		require.Contains(t, l.Silent, b.folder+"/keystone.log: it was begun anew during the run, and what stood in it before is not searched")
	})
}

// A file that is new may have the inode of one that is gone: it is read from its begin, and what is
// gone is told.
func TestAnInodeThatIsUsedAgainIsAnotherFile(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.write(">", "keystone.log", "of yesterday")
		b.Begin(t.Context())
		b.do("rm " + b.folder + "/keystone.log")
		b.write(">", "keystone.log", one+" the first line", one+" the second")
		l := b.Search(t.Context(), of(one), nil)[0]
		require.Len(t, l.Lines, 1)
		require.Equal(t, []string{one + " the first line", one + " the second"}, l.Lines[0].Lines)
		require.Contains(t, l.Silent, b.folder+"/keystone.log: it was begun anew during the run, and what stood in it before is not searched")
	})
}

// A file that a rotation copies and cuts is the copy up to then, and begins anew: no line is told
// twice, none of before the run, and none is missing.
func TestAFileThatIsCopiedAndCut(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.Files = []string{b.folder + "/*.log*"}
		file := b.folder + "/keystone.log"
		b.write(">", "keystone.log", one+" of yesterday", "more of yesterday")
		b.Begin(t.Context())
		b.write(">>", "keystone.log", one+" before")
		b.do("cp " + file + " " + file + ".1; : > " + file)
		b.write(">>", "keystone.log", one+" new")
		search := func() *record.Logged {
			return b.Search(t.Context(), of(one), []record.Around{{Fault: "kill", Target: ofKeystone}})[0]
		}
		l := search()
		text := map[string][]string{}
		for _, e := range l.Lines {
			text[e.Source+e.Fault] = e.Lines
		}
		require.Equal(t, map[string][]string{
			file: {one + " new"}, file + "kill": {one + " new"}, file + ".1": {one + " before"}, file + ".1kill": {one + " before"},
		}, text)
		require.NotContains(t, strings.Join(l.Silent, "\n"), "anew")
		require.NotContains(t, strings.Join(l.Silent, "\n"), "copied")

		b.do("mv " + file + ".1 " + file + ".1.gz") // whose name tells what it is
		l = search()
		require.Contains(t, l.Silent, file+".1.gz: it was packed during the run, and is not searched")
		require.Contains(t, l.Silent, file+": it was begun anew during the run, and what stood in it before is not searched")
		for _, e := range l.Lines {
			require.Equal(t, file, e.Source)
		}
		b.do("mv " + file + ".1.gz " + file + "-20261130")
		b.write(">>", "keystone.log", strings.Repeat("x", 200))
		require.Contains(t, search().Silent, file+": it was copied during the run, and is as long as it was: lines of it may be missing, or stand in "+file+"-20261130 as well")
	})
}

// A journal whose end was not known at one moment is read from an earlier one, or that is told.
func TestAJournalWhoseEndIsNotKnown(t *testing.T) {
	journal := ""
	b := newBench(t, "/none", func(_ context.Context, cmd remote.Command) remote.Result {
		said := "now 1764404218\n" + journal + "end\n"
		if strings.Contains(cmd.Script, "after-cursor") {
			said = "== 0\nend\n"
		}
		return remote.Result{State: remote.Done, Stdout: []byte(said)}
	})
	around := []record.Around{{Fault: "kill", Target: ofKeystone, From: 60 * time.Second}}
	search := func(ids ...string) (silent []string, script string) {
		b.at(90 * time.Second)
		b.scripts = nil
		for _, l := range b.Search(t.Context(), of(ids...), around) {
			silent = append(silent, l.Silent...)
		}
		return silent, b.scripts[len(b.scripts)-1]
	}
	b.at(0)
	journal = "cursor s=1;i=1\n"
	b.Begin(t.Context())
	b.at(40 * time.Second)
	journal = "cursor s=1;i=2\n"
	require.True(t, b.Mark(t.Context(), "ctl-1"))
	b.at(50 * time.Second)
	journal = "unread\n"
	require.True(t, b.Mark(t.Context(), "ctl-1"))
	silent, script := search()
	require.Empty(t, silent)
	require.Contains(t, script, "--after-cursor='s=1;i=2'")

	b = newBench(t, "/none", b.run)
	b.at(0)
	b.Begin(t.Context())
	silent, _ = search(one)
	require.Equal(t, []string{"journal: where it ended before is not known", "journal around kill: where it ended before is not known"}, silent[:2])
	journal = ""
	b.Begin(t.Context())
	journal = "cursor s=1;i=3\n"
	silent, _ = search(one)
	require.Equal(t, []string{"journal: it was empty before, and is not searched", "journal around kill: it was empty before, and is not searched"}, silent[:2])
}

// However often a node is marked, a mark some time before an inject is known; and where none
// came after the undo it is told.
func TestMarksAroundAFault(t *testing.T) {
	b := newBench(t, t.TempDir(), here)
	b.at(0)
	b.Begin(t.Context())
	for n, now := range []time.Duration{5000, 10000, 13000, 13500, 14000} {
		b.write(">>", "keystone.log", fmt.Sprint("n", n))
		b.at(now * time.Millisecond)
		require.True(t, b.Mark(t.Context(), "ctl-1"))
	}
	b.Keep("ctl-1")
	b.run = func(context.Context, remote.Command) remote.Result {
		return remote.Result{State: remote.Unknown, Err: errors.New("late")}
	}
	require.False(t, b.Mark(t.Context(), "ctl-1"))
	b.run = here
	fault := []record.Around{{Fault: "kill", Target: ofKeystone, From: 14500 * time.Millisecond, To: 20 * time.Second}}
	b.at(25 * time.Second)
	l := b.Search(t.Context(), nil, fault)[0]
	require.Equal(t, []string{"n2", "n3", "n4"}, l.Lines[0].Lines)
	const told = "how long its logs were after the undo of kill is not known: what is shown goes to the run's end"
	require.NotContains(t, l.Silent, told)
	b.at(60 * time.Second)
	require.Contains(t, b.Search(t.Context(), nil, fault)[0].Silent, told)
}

// All nodes' lines are bounded together: who has few keeps them.
func TestAllNodesAreBoundedTogether(t *testing.T) {
	node := func(name string, lines int) *record.Logged {
		return &record.Logged{Node: name, Lines: []record.LoggedExcerpt{{Source: "x", Lines: slices.Repeat([]string{"0123456789"}, lines)}}}
	}
	all := []*record.Logged{node("a", 50), nil, node("b", 2), node("c", 40)}
	logged.FitAll(all, 400)
	require.Equal(t, []int{19, 2, 19}, []int{len(all[0].Lines[0].Lines), len(all[2].Lines[0].Lines), len(all[3].Lines[0].Lines)})
	require.Equal(t, int64(31), all[0].Lines[0].Left)
	require.Equal(t, []string{"31 lines that were found: all nodes have 8 MiB in the record"}, all[0].Silent)
	require.Empty(t, all[2].Silent)
}
