//go:build lab

package lab

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestUpKilledHalfWay kills the making of a lab at several points; whatever
// is there then, the next up makes a whole lab, and down takes all of it away.
func TestUpKilledHalfWay(t *testing.T) {
	o := Options{Name: "halfway", Profile: "keystone", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
	require.NoError(t, Down(t.Context(), o))
	before := rules(t)
	for _, at := range []string{"network", "nodes disks", "nodes booting", "keepalived start", "mariadb found", "galera start", "health waiting", "snapshot the nodes stand still"} {
		t.Run(at, func(t *testing.T) {
			killAt(t, o, at, func() error { return nil })
			netns := networkInode(t, o)
			_, err := ReadStatus(t.Context(), o)
			setUp := at == "health waiting" || at == "snapshot the nodes stand still"
			if setUp {
				require.NoError(t, err, "it can be looked at")
			} else {
				require.ErrorIs(t, err, ErrNotUp)
			}
			_, profile, err := choose(Options{Name: o.Name})
			require.NoError(t, err)
			require.Equal(t, o.Profile, profile.Name, "the next up makes what this one was to be")
			if at == "nodes disks" || at == "galera start" || at == "health waiting" {
				began := leaders(t, o)
				require.NoError(t, Up(t.Context(), o))
				again, err := ReadStatus(t.Context(), o)
				require.NoError(t, err)
				require.True(t, again.Healthy, "%v", again.Wrong)
				netns = networkInode(t, o)
				require.Equal(t, setUp, maps.Equal(began, leaders(t, o)), "what is set up goes on, and the rest is made anew")
			}
			require.NoError(t, Down(t.Context(), o))
			require.Empty(t, residue(t, o, netns))
			require.Equal(t, before, rules(t), "the rules of this machine")
		})
	}
}

// leaders are the first processes of a lab's nodes.
func leaders(t *testing.T, o Options) map[string]int {
	t.Helper()
	o, profile, err := choose(o)
	require.NoError(t, err)
	all := map[string]int{}
	for _, n := range profile.Nodes {
		all[n.Name], err = leader(o.paths(), n.Name)
		require.NoError(t, err)
	}
	return all
}

// TestUpKilledWhileTheNodesStandStill leaves a lab that is complete and frozen,
// its disks included: the next up goes on with it.
func TestUpKilledWhileTheNodesStandStill(t *testing.T) {
	o := Options{Name: "halfway", Profile: "keystone", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
	require.NoError(t, Down(t.Context(), o))
	t.Cleanup(func() { require.NoError(t, Down(context.WithoutCancel(t.Context()), o)) })
	killAt(t, o, "snapshot the nodes stand still", func() error { return nil })
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Paused)
	o, profile, err := choose(o)
	require.NoError(t, err)
	require.False(t, haveSnapshot(o, profile), "half a snapshot is none")
	require.NoError(t, Up(t.Context(), o))
	require.True(t, haveSnapshot(o, profile), "it is taken by who goes on with it")
	require.Equal(t, "written", on(t, o, "ctl-1", "echo written >/var/lib/file && sync && cat /var/lib/file"))
}

// TestImageKilledHalfWay kills the building of an image: everything that the
// build has started ends with it, it has mounted nothing that is seen outside,
// and the next builder clears away what it left.
func TestImageKilledHalfWay(t *testing.T) {
	o := Options{Name: "halfway", Profile: "keystone", CacheDir: t.TempDir()}
	t.Cleanup(func() { require.NoError(t, Down(context.WithoutCancel(t.Context()), o)) })
	killAt(t, o, "image base system", func() error {
		if found := runningWith(o.CacheDir); !strings.Contains(strings.Join(found, " "), "sbin/debootstrap") {
			return fmt.Errorf("no debootstrap among %v", found)
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, poll(ctx, "the end of the build", 50*time.Millisecond, func() error {
		if found := runningWith(o.CacheDir); len(found) > 0 {
			return fmt.Errorf("still running: %v", found)
		}
		return nil
	}))
	mounts, err := readMounts()
	require.NoError(t, err)
	require.Empty(t, mountsUnder(mounts, o.CacheDir))
	images := filepath.Join(o.CacheDir, "images")
	left, err := os.ReadDir(images)
	require.NoError(t, err)
	require.Len(t, left, 2, "half an image, and the log of it")
	require.NoError(t, removeHalfBuilt(images))
	left, err = os.ReadDir(images)
	require.NoError(t, err)
	require.Empty(t, left)
}
