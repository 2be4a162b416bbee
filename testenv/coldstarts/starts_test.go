package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
)

// preparation takes its time, which is no part of a start.
func preparation(context.Context) error {
	<-time.After(time.Second)
	return nil
}

// of is a trial whose preparation and look afterwards take their time, which is no part
// of its start.
func of(start func(context.Context) error) trial {
	return trial{before: preparation, start: start, after: preparation}
}

func TestEveryStartIsCountedAndTimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		results := repeat(t.Context(), 4, false, of(func(context.Context) error {
			n++
			<-time.After(time.Duration(n) * time.Second)
			if n == 2 {
				return errors.New("keystone on ctl-2\nis wedged")
			}
			return nil
		}))
		require.Equal(t, 1, failed(results))
		var out strings.Builder
		table(&out, 4, results)
		require.Equal(t, `start  seconds  cloud
1      1.0      healthy
2      2.0      NOT healthy: keystone on ctl-2
                is wedged
3      3.0      healthy
4      4.0      healthy
3 of 4 starts ended in a healthy cloud, in 1.0 s at least, 3.0 s in the middle, 4.0 s at most
`, out.String())
	})
}

func TestAStartThatWasCutOffIsNoResult(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	results := repeat(ctx, 5, false, of(func(context.Context) error {
		if n++; n == 2 {
			cancel()
		}
		return nil
	}))
	require.Len(t, results, 1)
	var out strings.Builder
	table(&out, 5, results)
	require.Contains(t, out.String(), "1 of 5 starts ended in a healthy cloud")
	require.Contains(t, out.String(), "4 were not made")
}

func TestTheFirstFailureEndsWhatIsToBeKept(t *testing.T) {
	results := repeat(t.Context(), 5, true, of(func(context.Context) error { return errors.New("no") }))
	require.Len(t, results, 1)
}

func TestAWedgeThatWasHealedIsNoHealthyStart(t *testing.T) {
	require.NoError(t, wedged(nil, nil))
	require.ErrorContains(t, wedged(nil, errors.New("no shell")), "no shell")
	require.EqualError(t, wedged([]string{"keystone.log of ctl-2: workers that hung and were replaced: 1", "b"}, nil),
		"healthy, and not by itself: keystone.log of ctl-2: workers that hung and were replaced: 1\nb")
}

func TestWhatCannotBePreparedIsNoHealthyStart(t *testing.T) {
	each := of(func(context.Context) error { return nil })
	each.before = func(context.Context) error { return errors.New("not down") }
	require.EqualError(t, repeat(t.Context(), 1, false, each)[0].err, "not down")
}

func TestAStartIsLookedAtAfterwards(t *testing.T) {
	each := of(func(context.Context) error { return nil })
	each.after = func(context.Context) error { return errors.New("one hangs") }
	require.EqualError(t, repeat(t.Context(), 1, false, each)[0].err, "one hangs")
}

func TestALateStartIsNoHealthyOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		each := of(func(context.Context) error {
			<-time.After(time.Minute)
			return nil
		})
		each.within = time.Minute
		require.NoError(t, repeat(t.Context(), 1, false, each)[0].err)
		each.within = time.Minute - time.Second
		require.EqualError(t, repeat(t.Context(), 1, false, each)[0].err, "healthy, and not within 59s")
	})
}

// What is built from nothing finds nothing: neither a lab nor an image.
func TestAStartFromNothingEmptiesItsCache(t *testing.T) {
	dir := t.TempDir()
	o := lab.Options{Name: "nothing", StateDir: filepath.Join(dir, "state"), CacheDir: filepath.Join(dir, "cache")}
	require.NoError(t, os.MkdirAll(filepath.Join(o.CacheDir, "images", "bookworm-1"), 0o700))
	require.NoError(t, ways()["image"].before(o)(t.Context()))
	require.DirExists(t, o.CacheDir)
	err := ways()["nothing"].before(o)(t.Context())
	if os.Geteuid() != 0 {
		require.ErrorContains(t, err, "root")
		return
	}
	require.NoError(t, err)
	require.NoDirExists(t, o.CacheDir)
}
