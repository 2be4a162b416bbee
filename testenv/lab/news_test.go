package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAStepThatTakesItsTimeIsToldOfWithItsLastLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		late := errors.New("late")
		err := withNews(func(detail string) { told = append(told, detail) }, "found the cluster on ctl-1", func(hear io.Writer) error {
			<-time.After(20 * time.Second)
			_, _ = io.WriteString(hear, "one\n\nERROR 2002: cannot")
			_, _ = io.WriteString(hear, " connect\n \x1b[0m\n")
			<-time.After(20 * time.Second)
			_, _ = io.WriteString(hear, "almost")
			<-time.After(10 * time.Second)
			return late
		})
		require.ErrorIs(t, err, late)
		require.Equal(t, []string{
			"found the cluster on ctl-1 still runs after 15 s",
			"found the cluster on ctl-1 still runs after 30 s: ERROR 2002: cannot connect",
			"found the cluster on ctl-1 still runs after 45 s: almost",
		}, told)
	})
}

func TestTheLastLineIsBounded(t *testing.T) {
	l := &lastLine{}
	for range 100 {
		_, _ = io.WriteString(l, strings.Repeat("x", 1000))
	}
	require.LessOrEqual(t, len(l.open), lineLength)
	require.Equal(t, strings.Repeat("x", lineLength), l.get())
	_, _ = io.WriteString(l, strings.Repeat("y", 10*lineLength)+"\n")
	require.Equal(t, strings.Repeat("y", lineLength), l.get())
}

// waited waits for keystone for 50 s at most, of which haproxy lists what
// list says.
func waited(t *testing.T, list func(at time.Duration) ([]Backend, error)) (a *answer, told []string, err error) {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	a = &answer{service: "keystone", what: "keystone to answer", list: func() ([]Backend, error) { return list(time.Since(began)) }}
	err = a.wait(ctx, func(detail string) { told = append(told, detail) })
	return a, told, err
}

func TestAWaitForAnAnswerIsToldOfAndEndsWithTheFirstMemberThatIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, told, err := waited(t, func(at time.Duration) ([]Backend, error) {
			state := "DOWN"
			if at >= 32*time.Second {
				state = "UP"
			}
			return []Backend{{"mariadb", "ctl-1", "UP"}, {"keystone", "ctl-1", "DOWN"}, {"keystone", "ctl-2", state}}, nil
		})
		require.NoError(t, err)
		require.Equal(t, []string{
			"waiting for keystone to answer for 15 s: haproxy finds none of its members up: ctl-1 DOWN, ctl-2 DOWN",
			"waiting for keystone to answer for 30 s: haproxy finds none of its members up: ctl-1 DOWN, ctl-2 DOWN",
		}, told)
	})
}

func TestWhoDoesNotAnswerIsAskedWhy(t *testing.T) {
	profile := keystoneRenderer(t).profile
	balancers := append(profile.everywhere("haproxy"), profile.everywhere("keepalived")...)
	for name, c := range map[string]struct {
		list []Backend
		err  error
		want []witness
		says string
	}{
		"members that are down": {
			[]Backend{{"keystone", "ctl-2", "DOWN"}, {"keystone", "ctl-3", "MAINT"}}, nil,
			unitsOn([]string{"keystone.service"}, "ctl-2", "ctl-3"), "ctl-2 DOWN, ctl-3 MAINT",
		},
		"haproxy that knows none": {[]Backend{{"mariadb", "ctl-1", "UP"}}, nil, balancers, "knows none"},
		"no haproxy":              {nil, errors.New("refused"), balancers, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, told, err := waited(t, func(time.Duration) ([]Backend, error) { return c.list, c.err })
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorContains(t, err, c.says)
				require.Len(t, told, 3)
				require.Equal(t, c.want, a.silent(profile, "keystone"))
			})
		})
	}
}

func TestUnitsThatWereStartedAgainAreCounted(t *testing.T) {
	paragraph := func(unit string, n int) string { return fmt.Sprintf("Id=%s\nNRestarts=%d\n", unit, n) }
	text := paragraph("a.service", 0) + "\n" + paragraph("b.service", 1) + "\nNRestarts=12\nId=c.service\n\nId=d.service"
	require.Equal(t, []string{"b.service once", "c.service 12 times"}, restarts(text))
	require.Empty(t, restarts(""))
}
