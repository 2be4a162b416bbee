//go:build openstack

package lab

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// whole names the lab that the tests of a whole OpenStack share.
func whole(t *testing.T) Options {
	t.Helper()
	return Options{Name: cmp.Or(os.Getenv("ERIS_TEST_FULL_LAB"), "full"), Profile: "openstack", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
}

// A reset makes the lab's network anew. So this is no test of the package openstack: its
// program is in that network, and the tests after this one would be in one that is gone.
func TestResetOfAWholeOpenStackTakesLessThanThreeMinutes(t *testing.T) {
	o := whole(t)
	require.NoError(t, Up(t.Context(), o))
	began := time.Now()
	require.NoError(t, Reset(t.Context(), o))
	took := time.Since(began)
	fmt.Fprintf(os.Stderr, "labtest: %s: reset in %.0f s\n", t.Name(), took.Seconds())
	require.Less(t, took, 3*time.Minute)
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Healthy, s.Wrong)
}

// Down leaves nothing of a whole OpenStack in which a server runs, nor of one whose
// making was killed half way; the next up has it back of its snapshot in less than three
// minutes. Tests of other packages make the lab anew.
func TestDownLeavesNothingOfAWholeOpenStack(t *testing.T) {
	o := whole(t)
	before := rules(t)
	require.NoError(t, Up(t.Context(), o))
	requireLogsShown(t, o)
	killRoleAt(t, "smoke", o, "smoke begins", func() error {
		if found := runningWith("/usr/lib/eris-lab/guest-service"); len(found) == 0 {
			return errors.New("no guest runs")
		}
		return nil
	})
	netns := networkInode(t, o)
	require.NoError(t, Down(t.Context(), o))
	require.Empty(t, residue(t, o, netns))
	require.Empty(t, runningWith("/usr/lib/eris-lab/guest-service"))
	require.Equal(t, before, rules(t), "the rules of this machine")

	began := time.Now()
	require.NoError(t, Up(t.Context(), o)) // of its snapshot
	took := time.Since(began)
	fmt.Fprintf(os.Stderr, "labtest: %s: up of the snapshot in %.0f s\n", t.Name(), took.Seconds())
	require.Less(t, took, 3*time.Minute)

	killAt(t, o, "nova start", func() error { return nil })
	netns = networkInode(t, o)
	require.NoError(t, Down(t.Context(), o))
	require.Empty(t, residue(t, o, netns))
	require.Equal(t, before, rules(t), "the rules of this machine")
}
