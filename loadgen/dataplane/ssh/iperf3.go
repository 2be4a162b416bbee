package ssh

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

// Iperf3 has iperf3 on an instance measure how much gets from there to another machine,
// on which `iperf3 -s` has to run: between instances of one network, east-west through a
// router, or north-south. Each second of it is an operation (iperf3.second) that is
// wrong where nothing got through, or less than is wanted.
//
// Source: https://software.es.net/iperf/invoking.html
type Iperf3 struct {
	Access  `yaml:",inline"`
	To      string           `yaml:"to" required:"true" help:"host where iperf3 -s runs, as the instance calls it"`
	Port    int              `yaml:"port" help:"where that listens"`
	For     time.Duration    `yaml:"for" help:"how long is sent, whole seconds from 1s to 1h; the load's timeout has to be longer"`
	Streams int              `yaml:"streams" help:"connections at once, 1 to 128"`
	Reverse bool             `yaml:"reverse" help:"the other machine sends"`
	UDP     bool             `yaml:"udp" help:"by UDP, at a rate"`
	Rate    document.Bytes   `yaml:"rate" help:"what is sent a second, such as 1MiB; over TCP 0 is as much as goes"`
	Least   document.Bytes   `yaml:"least" help:"what has to arrive a second; less is a wrong result"`
	Lost    document.Percent `yaml:"lost" help:"of datagrams over UDP, as many may be lost; more is a wrong result"`
}

// NewIperf3 has the defaults.
func NewIperf3() *Iperf3 {
	return &Iperf3{Port: 5201, For: 10 * time.Second, Streams: 1, Lost: 1}
}

// Validate says what is wrong with the arguments.
func (w *Iperf3) Validate() error {
	errs := []error{w.Access.Validate(), filled(map[string]string{"to": w.To}), whole(w.For)}
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	add(len(w.To) > 0 && w.To[0] == '-', "to: %q is no host", w.To)
	add(w.Port < 1 || w.Port > 65535, "port: %d is not between 1 and 65535", w.Port)
	add(w.Streams < 1 || w.Streams > 128, "streams: %d is not between 1 and 128", w.Streams)
	add(w.Rate < 0, "rate: is less than nothing")
	add(w.Least < 0, "least: is less than nothing")
	add(w.UDP && w.Rate == 0, "rate: over UDP it has to be said")
	add(!w.UDP && w.Lost != 1, "lost: nothing is lost over TCP; udp is not set")
	add(w.Lost < 0 || w.Lost > 1, "lost: %s is not between 0%% and 100%%", w.Lost)
	return errors.Join(errs...)
}

// whole refuses what is no time that these programs can be told.
func whole(d time.Duration) error {
	if d < time.Second || d > time.Hour || d%time.Second != 0 {
		return fmt.Errorf("for: %s is not whole seconds from 1s to 1h", d)
	}
	return nil
}

// Open reads the key and the known hosts; nothing is sent.
func (w *Iperf3) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("ssh.iperf3: %w", err)
	}
	way, err := w.open(env)
	if err != nil {
		return nil, fmt.Errorf("ssh.iperf3: %w", err)
	}
	return &sending{*w, way}, nil
}

// Figures are what each second carried, and of datagrams what was lost.
func (*Iperf3) Figures() []loadgen.FigureInfo {
	return []loadgen.FigureInfo{
		{Name: "iperf3.throughput", Unit: "bytes/s", Help: "what iperf3 on the instance counted in each second: what it sent, or with reverse received"},
		{Name: "iperf3.lost", Unit: "ratio", Help: "of the datagrams of an iteration, over UDP"},
	}
}

type sending struct {
	Iperf3
	way *way
}

func (s *sending) argv() []string {
	seconds := strconv.FormatInt(int64(s.For/time.Second), 10)
	argv := []string{"iperf3", "--client", s.To, "--port", strconv.Itoa(s.Port), "--time", seconds, "--parallel", strconv.Itoa(s.Streams), "--interval", "1", "--json"}
	if s.Reverse {
		argv = append(argv, "--reverse")
	}
	if s.UDP {
		argv = append(argv, "--udp")
	}
	if s.Rate > 0 { // of each stream
		argv = append(argv, "--bitrate", strconv.FormatInt(max(1, int64(s.Rate)*8/int64(s.Streams)), 10))
	}
	return argv
}

// Iterate measures once.
func (s *sending) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	return s.way.run(ctx, rec, program{name: "ssh.iperf3", argv: s.argv(), in: "/", lasts: s.For}, func(said []byte, began time.Time, took time.Duration) error {
		var r iperf3Report
		if err := json.Unmarshal(said, &r); err != nil {
			return wrong("read what iperf3 said: %w", err)
		}
		return s.judge(rec, r, began, took)
	})
}

// iperf3Report is what of iperf3's JSON is looked at, in bytes and seconds.
type iperf3Report struct {
	Error     string `json:"error"`
	Intervals []struct {
		Sum *iperf3Sum `json:"sum"`
	} `json:"intervals"`
	End struct {
		Received *iperf3Sum `json:"sum_received"`
		Sum      *iperf3Sum `json:"sum"` // of datagrams
	} `json:"end"`
}

type iperf3Sum struct {
	Start   float64  `json:"start"`
	End     float64  `json:"end"`
	Seconds float64  `json:"seconds"`
	Bytes   *float64 `json:"bytes"`
	Lost    *float64 `json:"lost_percent"`
}

// rate is in bytes a second; it is not known of what has no bytes or no time.
func (s *iperf3Sum) rate() (float64, bool) {
	if s == nil || s.Bytes == nil || !(*s.Bytes >= 0) || !(s.Seconds > 0) {
		return 0, false
	}
	return *s.Bytes / s.Seconds, true
}

// judge tells the seconds, and says what is wrong with the whole.
func (s *sending) judge(rec loadgen.Recorder, r iperf3Report, began time.Time, took time.Duration) error {
	if r.Error != "" {
		return wrong("iperf3: %s", r.Error)
	}
	arrived := r.End.Received
	if arrived == nil {
		arrived = r.End.Sum // of old versions, over UDP
	}
	rate, known := arrived.rate()
	if !known || len(r.Intervals) == 0 || s.UDP && r.End.Sum.lost() == nil {
		return wrong("read what iperf3 said: it does not say how much has arrived")
	}
	for _, interval := range r.Intervals {
		if interval.Sum != nil && interval.Sum.Bytes != nil && interval.Sum.Seconds < tooShort {
			continue
		}
		each, known := interval.Sum.rate()
		if !known {
			return wrong("read what iperf3 said: it does not say how much was sent in each interval")
		}
		ended, err := stretch(rec, "iperf3.second", began, took, interval.Sum.Start, interval.Sum.End, s.enough(each))
		if err != nil {
			return err
		}
		s.way.figure(loadgen.Figure{Name: "iperf3.throughput", Value: each, At: ended})
	}
	if s.UDP {
		s.way.figure(loadgen.Figure{Name: "iperf3.lost", Value: *r.End.Sum.lost() / 100, At: began.Add(took)})
	}
	if err := s.enough(rate); err != nil {
		return &wrongError{err}
	}
	if s.UDP && *r.End.Sum.lost() > 100*float64(s.Lost) {
		return wrong("more datagrams were lost than %s", s.Lost)
	}
	return nil
}

// tooShort is what says nothing of a second, in seconds: the last interval may be the
// rest of a few milliseconds, in which nothing has to arrive.
const tooShort = 0.5

// lost is in percent; nil where it is not told.
func (s *iperf3Sum) lost() *float64 {
	if s == nil {
		return nil
	}
	return s.Lost
}

// enough refuses a rate, in bytes a second.
func (s *sending) enough(rate float64) error {
	switch {
	case rate == 0:
		return errors.New("nothing got through")
	case rate < float64(s.Least):
		return fmt.Errorf("less got through than %s a second", s.Least)
	}
	return nil
}

// Close has nothing to close.
func (*sending) Close(context.Context) error { return nil }
