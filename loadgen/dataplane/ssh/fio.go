package ssh

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

// Fio has fio on an instance read and write a file of its own, which is how its disk or
// volume does. What is read and what is written are an operation each (fio.read,
// fio.write), wrong where that was too slow. The file is removed in any case but that of
// an instance that dies.
//
// Source: https://fio.readthedocs.io/en/latest/fio_doc.html
type Fio struct {
	Access  `yaml:",inline"`
	Folder  string         `yaml:"folder" required:"true" help:"absolute, on the disk that is meant; a file is made there, and nothing else is touched"`
	Mode    string         `yaml:"mode" help:"read, write, rw, randread, randwrite or randrw"`
	Size    document.Bytes `yaml:"size" help:"of the file, 1MiB to 64GiB"`
	Block   document.Bytes `yaml:"block" help:"of each read or write, 512B to 16MiB, no more than the file"`
	Direct  bool           `yaml:"direct" help:"past the instance's cache (O_DIRECT), so that its disk is measured; not every file system can"`
	For     time.Duration  `yaml:"for" help:"how long is read and written, whole seconds from 1s to 1h, after the file is made; the load's timeout has to be longer"`
	Least   document.Rate  `yaml:"least" help:"reads, and writes, that have to be done a second (1000/s); fewer are a wrong result"`
	Longest time.Duration  `yaml:"longest" help:"most that 99% of each may take; more is a wrong result; 0s: any"`
}

// NewFio has the defaults.
func NewFio() *Fio {
	return &Fio{Mode: "randrw", Size: 64 << 20, Block: 4 << 10, Direct: true, For: 10 * time.Second}
}

// modes are those that fio has, and what each does.
func modes() map[string]struct{ reads, writes bool } {
	return map[string]struct{ reads, writes bool }{
		"read": {reads: true}, "write": {writes: true}, "rw": {true, true},
		"randread": {reads: true}, "randwrite": {writes: true}, "randrw": {true, true},
	}
}

// Validate says what is wrong with the arguments.
func (w *Fio) Validate() error {
	errs := []error{w.Access.Validate(), whole(w.For)}
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	_, known := modes()[w.Mode]
	add(!path.IsAbs(w.Folder), "folder: %q is not absolute", w.Folder)
	add(!known, "mode: %q is none of read, write, rw, randread, randwrite and randrw", w.Mode)
	add(w.Size < 1<<20 || w.Size > 64<<30, "size: %s is not from 1MiB to 64GiB", w.Size)
	add(w.Block < 512 || w.Block > 16<<20 || w.Block > w.Size, "block: %s is not from 512B to 16MiB, or more than the file", w.Block)
	add(w.Direct && w.Block%512 != 0, "block: %s is no whole number of 512B, which direct wants", w.Block)
	add(w.Longest < 0, "longest: is less than nothing")
	return errors.Join(errs...)
}

// Open reads the key and the known hosts; nothing is sent.
func (w *Fio) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("ssh.fio: %w", err)
	}
	way, err := w.open(env)
	if err != nil {
		return nil, fmt.Errorf("ssh.fio: %w", err)
	}
	return &storing{*w, way}, nil
}

type storing struct {
	Fio
	way *way
}

// file is that of an iteration; a folder's : would have fio see two files.
func (s *storing) file(iteration int64) string {
	return path.Join(s.Folder, fmt.Sprintf("eris-%s-%s-%d.fio", s.way.env.Run, s.way.env.Load, iteration))
}

func (s *storing) argv(file string) []string {
	direct := map[bool]string{false: "0", true: "1"}[s.Direct]
	return []string{
		"fio", "--output-format=json", "--name=eris", "--filename=" + escape(file), "--rw=" + s.Mode,
		"--size=" + strconv.FormatInt(int64(s.Size), 10), "--bs=" + strconv.FormatInt(int64(s.Block), 10),
		"--ioengine=psync", "--direct=" + direct, "--time_based", "--runtime=" + strconv.FormatInt(int64(s.For/time.Second), 10),
	}
}

// escape is a name of one file to fio, which takes a colon for the end of one.
func escape(file string) string {
	var b bytes.Buffer
	for _, c := range []byte(file) {
		if c == ':' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Iterate measures once.
func (s *storing) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	file := s.file(iteration) // whose folder fio would make, and leave there
	p := program{name: "ssh.fio", argv: s.argv(file), in: s.Folder, after: []string{"rm", "-f", "--", file}, lasts: s.For}
	return s.way.run(ctx, rec, p, func(said []byte, began time.Time, took time.Duration) error {
		r, err := readFio(said)
		if err != nil {
			return wrong("read what fio said: %w", err)
		}
		return s.judge(rec, r, began, took)
	})
}

// fioJob is what of fio's JSON is looked at.
type fioJob struct {
	Error *int   `json:"error"` // of the system, 0 for none
	Read  fioWay `json:"read"`
	Write fioWay `json:"write"`
}

type fioWay struct {
	Runtime float64  `json:"runtime"` // ms
	Total   float64  `json:"total_ios"`
	IOPS    *float64 `json:"iops"`
	Bytes   float64  `json:"bw_bytes"` // a second
	Latency struct {
		Percentile map[string]float64 `json:"percentile"` // ns, by "99.000000"
	} `json:"clat_ns"`
}

// readFio reads the one job. fio may say something in front of its JSON.
func readFio(said []byte) (*fioJob, error) {
	for len(said) > 0 && said[0] != '{' {
		_, said, _ = bytes.Cut(said, []byte("\n"))
	}
	var r struct {
		Jobs []fioJob `json:"jobs"`
	}
	if err := json.Unmarshal(said, &r); err != nil {
		return nil, err
	}
	if len(r.Jobs) != 1 || r.Jobs[0].Error == nil {
		return nil, fmt.Errorf("it tells of %d jobs, or not how one ended", len(r.Jobs))
	}
	return &r.Jobs[0], nil
}

// judge tells of what was read and written, and says what is wrong with it.
func (s *storing) judge(rec loadgen.Recorder, job *fioJob, began time.Time, took time.Duration) error {
	if *job.Error != 0 {
		return wrong("fio: %w", syscall.Errno(*job.Error))
	}
	mode, bad := modes()[s.Mode], error(nil)
	for _, each := range []struct {
		name string
		want bool
		way  fioWay
	}{{"fio.read", mode.reads, job.Read}, {"fio.write", mode.writes, job.Write}} {
		if !each.want {
			continue
		}
		p99, told := each.way.Latency.Percentile["99.000000"]
		if each.way.IOPS == nil || !(each.way.Runtime > 0) || each.way.Total > 0 && !told {
			return wrong("read what fio said: it does not say how fast it was (%s)", each.name)
		}
		slow := s.slow(each.name, each.way, time.Duration(p99))
		if bad == nil {
			bad = slow
		}
		// The file is made first, and what is measured ends with the program.
		to := took.Seconds()
		ended, err := stretch(rec, each.name, began, took, to-each.way.Runtime/1000, to, slow)
		if err != nil {
			return err
		}
		s.tell(each.name, each.way, ended, p99)
	}
	if bad != nil {
		return &wrongError{bad}
	}
	return nil
}

// tell hands over the figures of what was read or written; p99 is in ns, and of nothing where
// nothing was done.
func (s *storing) tell(name string, way fioWay, at time.Time, p99 float64) {
	labels := map[string]string{"way": strings.TrimPrefix(name, "fio.")}
	s.way.figure(loadgen.Figure{Name: "fio.operations", Value: *way.IOPS, At: at, Labels: labels})
	s.way.figure(loadgen.Figure{Name: "fio.throughput", Value: way.Bytes, At: at, Labels: labels})
	if way.Total > 0 {
		s.way.figure(loadgen.Figure{Name: "fio.latency_p99", Value: p99 / 1e9, At: at, Labels: labels})
	}
}

// Figures are those of what each iteration read and wrote.
func (*Fio) Figures() []loadgen.FigureInfo {
	of := []string{"way"}
	return []loadgen.FigureInfo{
		{Name: "fio.operations", Unit: "1/s", Labels: of, Help: "reads or writes a second of an iteration"},
		{Name: "fio.throughput", Unit: "bytes/s", Labels: of, Help: "what was read or written a second of an iteration"},
		{Name: "fio.latency_p99", Unit: "s", Labels: of, Help: "within which 99 % of the reads or writes of an iteration were complete"},
	}
}

// slow says what was too slow.
func (s *storing) slow(name string, way fioWay, p99 time.Duration) error {
	switch {
	case way.Total == 0:
		return fmt.Errorf("%s: nothing was done", name)
	case *way.IOPS < float64(s.Least):
		return fmt.Errorf("%s: fewer were done than %s", name, s.Least)
	case s.Longest > 0 && p99 > s.Longest:
		return fmt.Errorf("%s: the slowest in a hundred took longer than %s", name, s.Longest)
	}
	return nil
}

// Close has nothing to close: each iteration has removed its file.
func (*storing) Close(context.Context) error { return nil }
