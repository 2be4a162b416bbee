package influx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

func TestAllIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stream(t, usual(RateUsual))
		s.samples(5000) // of one moment, and yet each a point of its own
		s.Event(record.Event{At: time.Second, Type: "fault", Fault: &record.FaultEvent{Name: "lose", State: record.Held}})
		s.Event(record.Event{Collect: &record.CollectEvent{State: "started"}}) // which people need not see
		s.Readings("node", []record.Reading{{Signal: "cpu", At: time.Second, Value: 1, Unit: "ratio"}, {Signal: "cpu", At: time.Second, Value: 2}, {Signal: "cpu", Value: math.NaN()}})
		time.Sleep(3500 * time.Millisecond)
		require.EqualValues(t, 5000+1+2+2*3, s.State().Written, "while the run goes on, with a point of the run and of its load each second")
		account := s.closed(t.Context(), t)
		require.Equal(t, record.Sink{To: record.InfluxDB, Produced: 5013, Written: 5013}, account)
		require.Equal(t, 5013, s.to.points())
		require.Empty(t, s.says())
		with := 0
		for line := range s.to.has {
			if strings.HasPrefix(line, "eris_signal,") && strings.Contains(line, ",unit=ratio") {
				with++
			}
		}
		require.Equal(t, 1, with, "a reading has its unit, and what the record does not know is not there")
	})
}

// A server that is away for less than the patience loses nothing; one that is away for
// longer loses what was tried for so long, and that is counted.
func TestAServerThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stream(t, usual(RateUsual))
		s.to.now(down)
		s.samples(100)
		time.Sleep(30 * time.Second)
		state := s.State()
		require.Contains(t, state.Problem, "connection refused")
		require.Zero(t, state.Written+state.Lost+state.Unsure)
		require.Equal(t, state.Produced, state.Waiting)
		s.to.now(nil)
		time.Sleep(20 * time.Second)
		require.Zero(t, s.State().Lost)
		require.Empty(t, s.State().Problem)
		require.Len(t, s.says(), 2)
		require.Contains(t, s.says()[0], "warning: InfluxDB takes no points: ")
		require.Contains(t, s.says()[1], "info: InfluxDB takes points again; of those of the run so far 0 are lost or unsure")

		s.to.now(down)
		s.samples(100)
		time.Sleep(3 * time.Minute) // one batch after the other is tried for a minute
		require.GreaterOrEqual(t, s.State().Lost, int64(100))
		s.to.now(nil)
		time.Sleep(time.Minute)
		account := s.closed(t.Context(), t)
		require.Zero(t, account.Unsure, "nobody was reached")
		require.EqualValues(t, s.to.points(), account.Written)
		require.Contains(t, account.Reason, "connection refused")
		require.Len(t, s.says(), 4, "an outage is told once, and its end: %s", strings.Join(s.says(), "\n"))
	})
}

// cutOnce cuts the first call, which may have brought points, and is down then.
func cutOnce() func([]string) (int, string, error) {
	var was atomic.Bool
	return func([]string) (int, string, error) {
		if was.Swap(true) {
			return 0, "", errDown
		}
		return 0, "", io.ErrUnexpectedEOF
	}
}

// What a server said decides whether points are tried again, and whether they may be there.
func TestWhatAServerSays(t *testing.T) {
	for name, c := range map[string]struct {
		does   func([]string) (int, string, error)
		proxy  bool // it is not InfluxDB who says so
		again  bool
		unsure bool
		reason string
	}{
		"not authorized": {does: says(401, `{"error":"authorization failed for SECRET"}`), reason: "authorization failed"},
		"no database":    {does: says(404, "database not found"), reason: "database not found"},
		"part of it":     {does: says(400, "partial write: field type conflict dropped=3"), unsure: true, reason: "partial write"},
		"too much":       {does: says(413, "too large"), reason: "too large"},
		"disk full":      {does: says(500, "write /data/wal: no space left on device"), again: true, unsure: true, reason: "no space left on device"},
		"busy":           {does: says(503, ""), again: true, reason: "503"},
		"busy proxy":     {does: says(503, "upstream reset"), proxy: true, again: true, unsure: true, reason: "503"},
		"proxy refuses":  {does: says(429, ""), proxy: true, again: true, reason: "429"},
		"elsewhere":      {does: says(307, ""), reason: "307"},
		"no InfluxDB":    {does: says(200, "hello"), again: true, unsure: true, reason: "which InfluxDB does not"},
		"down":           {does: down, again: true, reason: "connection refused"},
		"cut":            {does: func([]string) (int, string, error) { return 0, "", errors.New("EOF") }, again: true, unsure: true, reason: "EOF"},
		"cut, then down": {does: cutOnce(), again: true, unsure: true, reason: "connection refused"},
		"never":          {does: silent, again: true, unsure: true, reason: "no answer within 5s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := stream(t, usual(RateUsual))
				s.to.now(c.does)
				s.to.proxy = c.proxy
				s.samples(10)
				time.Sleep(90 * time.Second)
				state := s.State()
				require.Zero(t, state.Written)
				require.Equal(t, c.unsure, state.Unsure > 0)
				require.Equal(t, !c.unsure, state.Lost > 0)
				require.Contains(t, state.Problem, c.reason)
				require.NotContains(t, strings.Join(s.says(), "\n")+state.Problem, "SECRET")
				calls := s.to.calls()
				require.Equal(t, c.again, len(calls) < 30, "%d calls, the second %v after the first", len(calls), calls[1].Sub(calls[0]))
				account := s.closed(t.Context(), t)
				require.Contains(t, account.Reason, c.reason)
			})
		})
	}
}

// More than fits is lost and counted, holds nobody up, and leaves room for what is rare.
func TestMoreThanTheServerTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stream(t, usual(RateUsual))
		s.to.now(silent)
		s.samples(1)
		time.Sleep(1100 * time.Millisecond) // it is in a call now
		before, waiting := time.Now(), len(s.queue)
		s.samples(1_000_000)
		require.Zero(t, time.Since(before), "nobody waited")
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		require.Less(t, memory.HeapAlloc, uint64(64<<20))
		require.EqualValues(t, 1_000_000-(cap(s.queue)*3/4-waiting), s.State().Lost, "of the last quarter samples have none")
		lost := s.State().Lost
		for range 1000 {
			s.Event(record.Event{Note: &record.Note{Text: "x"}})
		}
		require.Equal(t, lost, s.State().Lost, "what is rare has a place")
		s.to.now(nil)
		time.Sleep(30 * time.Second)
		account := s.closed(t.Context(), t)
		require.Equal(t, lost, account.Lost)
		require.Zero(t, account.Unsure, "what was not answered was written again, and is there once")
		require.EqualValues(t, s.to.points(), account.Written)
		require.Contains(t, account.Reason, "more came than the server takes")
	})
}

// A server that would take more is sent no more than the ceiling, tries again among it,
// and what is too much for it is lost and counted. What comes more slowly is all there.
func TestTheCeiling(t *testing.T) {
	for name, c := range map[string]struct {
		each, rate int
		does       func([]string) (int, string, error)
		lost       bool
	}{
		"less":             {each: 800, rate: 1000},
		"more":             {each: 3000, rate: 1000, lost: true},
		"more than a call": {each: 9000, rate: 4000, lost: true},
		"few":              {each: 150, rate: 100, lost: true},
		"tried again":      {each: 800, rate: 1000, does: says(429, ""), lost: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := usual(c.rate)
				l.queue = 5 * c.rate
				s := stream(t, l)
				sent := map[time.Time]int{}
				s.to.now(func(lines []string) (int, string, error) {
					sent[time.Now()] += len(lines)
					if c.does != nil {
						return c.does(lines)
					}
					return http.StatusNoContent, "", nil
				})
				for range 60 {
					s.samples(c.each)
					time.Sleep(time.Second)
				}
				lost, began := s.State().Lost, time.Now()
				account := s.closed(t.Context(), t)
				require.LessOrEqual(t, time.Since(began), l.drain)
				for from := range sent {
					within := 0
					for at, n := range sent {
						if d := at.Sub(from); d >= 0 && d < 10*time.Second {
							within += n
						}
					}
					require.LessOrEqual(t, within, 10*c.rate+l.batch, "of ten seconds")
				}
				require.Equal(t, c.lost, lost > 0, "%+v", account)
				if c.does != nil {
					return
				}
				require.Equal(t, lost, account.Lost, "what waits at the end is written")
				if c.lost {
					require.Greater(t, account.Written, int64(59*c.rate), "and no less than it")
					require.Contains(t, account.Reason, fmt.Sprintf("the ceiling of %d points/s", c.rate))
					require.Contains(t, strings.Join(s.says(), "\n"), "warning: not all goes to InfluxDB: more came than the ceiling of")
				}
			})
		})
	}
}

// However a server behaves, the end is bounded, and sooner after an interrupt.
func TestTheEndIsBounded(t *testing.T) {
	for name, does := range map[string]func([]string) (int, string, error){"silent": silent, "down": down, "busy": says(503, "")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := stream(t, usual(RateUsual))
				s.to.now(does)
				s.samples(10_000)
				time.Sleep(20 * time.Second)
				began := time.Now()
				account := s.closed(t.Context(), t)
				require.Equal(t, 10*time.Second, time.Since(began))
				require.Zero(t, account.Written)
				require.Regexp(t, "connection refused|no answer within 5s|503", account.Reason)

				s = stream(t, usual(RateUsual))
				s.to.now(does)
				s.samples(10)
				interrupted, interrupt := context.WithCancel(t.Context())
				interrupt()
				began = time.Now()
				s.closed(interrupted, t)
				require.LessOrEqual(t, time.Since(began), 3*time.Second)

				s = stream(t, usual(RateUsual))
				s.to.now(does)
				s.samples(10)
				late, interrupt := context.WithCancel(t.Context())
				began = time.Now()
				time.AfterFunc(time.Second, interrupt)
				s.closed(late, t)
				require.Equal(t, time.Second, time.Since(began), "who interrupts the wait waits no longer")
			})
		})
	}
}

func TestALineIsALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hostile := "a\"b\\c,d=e f\n\r\t#\x00\xff\u2028\u202e\u2066 \\"
		s := stream(t, usual(RateUsual))
		s.Sample(hostile, record.Sample{Operation: hostile, RequestID: hostile, Class: record.Timeout})
		s.Readings(hostile, []record.Reading{{Signal: hostile, Labels: map[string]string{hostile: hostile, "run": "x", "": "y", "_field": "z", strings.Repeat("k", 3000): strings.Repeat("v", 99_000)}}})
		s.Event(record.Event{Type: "note", Note: &record.Note{Level: hostile, Text: hostile + strings.Repeat("é", 10_000)}})
		account := s.closed(t.Context(), t)
		require.EqualValues(t, 3+2*2, account.Written)
		require.Equal(t, 7, s.to.points())
		for line := range s.to.has {
			require.NotRegexp(t, "[\x00\n\r\t\u202e\u2066]", line)
			require.Regexp(t, `^eris_\w+,.*run=run-1,`, line, "no label hides whose it is")
		}
	})
}

// A target that cannot be, or takes no points, is an error in which nothing secret stands.
func TestWhatIsRefused(t *testing.T) {
	for url, why := range map[string]string{
		"http://u:SECRET@influx.test": "user or a password", "influx.test:8086": "http or https", "http://": "http or https", "": "http or https",
		"http://influx.test/?token=SECRET": "without a query", "http://influx.test/#x": "without a query", "http://\x00SECRET": "no URL", "ftp://influx.test": "http or https",
	} {
		_, err := open(t.Context(), Target{URL: url, Bucket: "eris", Rate: RateUsual}, newFake(), usual(RateUsual))
		require.ErrorContains(t, err, why, url)
		require.NotContains(t, err.Error(), "SECRET")
	}
	_, err := open(t.Context(), Target{URL: "http://influx.test", Rate: RateUsual}, newFake(), usual(RateUsual))
	require.ErrorContains(t, err, "bucket")
	_, err = open(t.Context(), Target{URL: "http://influx.test", Bucket: "eris", Rate: RateUsual, Token: "SEC\nRET"}, newFake(), usual(RateUsual))
	require.ErrorContains(t, err, "token has a character")
	for _, rate := range []int{-1, 0, 99, 1_000_001} {
		_, err = open(t.Context(), Target{URL: "http://influx.test", Bucket: "eris", Rate: rate}, newFake(), usual(RateUsual))
		require.ErrorContains(t, err, "points a second: from 100 to 1000000")
	}
	synctest.Test(t, func(t *testing.T) {
		for name, does := range map[string]func([]string) (int, string, error){
			"connection refused": down, "no answer within 5s": silent, "which InfluxDB does not": says(http.StatusOK, "welcome"),
			"sorry REDACTED": says(http.StatusUnauthorized, "sorry SECRET\x1b[2J"), "307": says(http.StatusTemporaryRedirect, ""),
		} {
			to := newFake()
			to.now(does)
			began := time.Now()
			_, err := open(t.Context(), Target{URL: "http://influx.test", Bucket: "eris", Rate: RateUsual, Token: "SECRET"}, to, usual(RateUsual))
			require.ErrorContains(t, err, name)
			require.ErrorContains(t, err, `InfluxDB at http://influx.test (bucket "eris") takes no points`)
			require.NotContains(t, err.Error(), "SECRET")
			require.NotContains(t, err.Error(), "\x1b")
			require.LessOrEqual(t, time.Since(began), 5*time.Second)
			require.Len(t, to.asked, 1, "nobody is asked elsewhere")
			require.Equal(t, "Token SECRET", to.header.Get("Authorization"))
		}
	})
}

// Points of one series have each a time of their own, in whatever order they come, and
// theirs where that is free.
func TestNoTwoPointsAreOne(t *testing.T) {
	const began = int64(1_800_000_000_000_000_000)
	random := rand.New(rand.NewPCG(1, 2))
	for _, places := range []int{placesOfSamples, placesOfOthers} {
		s, given, moved, double := &seen{places: make([]int64, places)}, map[int64]bool{}, 0, false
		for n := range int64(50_000) {
			at := began + n*1000 - random.Int64N(100_000) // in no order
			if n%100 == 0 {
				at = began // all of one moment, long ago
			}
			got := s.next(at)
			double = double || given[got]
			given[got] = true
			if got != at && n%100 != 0 {
				moved++
			}
		}
		require.False(t, double)
		if places == placesOfSamples {
			require.Less(t, moved, 1000)
		}
	}
}
