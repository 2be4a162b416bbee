package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/cmd/eris/influx"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports"
)

// influxToken is the variable that InfluxData's own tools read a token from.
//
// Source: https://docs.influxdata.com/influxdb/v2/reference/cli/influx/#provide-required-authentication-credentials
const influxToken = "INFLUX_TOKEN"

// tokenMost bounds a file with a token, bytes.
const tokenMost = 64 << 10

// sinkFlags say where a run is written to beside its record.
type sinkFlags struct {
	influx.Target
	tokenFile string
	of        *cobra.Command
}

func (f *sinkFlags) register(cmd *cobra.Command) {
	f.of = cmd
	flags := cmd.Flags()
	flags.StringVar(&f.URL, "influxdb", "", "URL of an InfluxDB (1.8 or 2) that the run is written to, too, while it goes on; the token is read from $"+influxToken)
	flags.StringVar(&f.Bucket, "influxdb-bucket", "eris", "bucket of it; of InfluxDB 1.8 DATABASE or DATABASE/RETENTION_POLICY")
	flags.StringVar(&f.Org, "influxdb-org", "", "organization of the bucket; InfluxDB 1.8 has none")
	flags.IntVar(&f.Rate, "influxdb-rate", influx.RateUsual, "points a second that it is sent at most; what comes faster waits, and what does not fit is counted")
	flags.StringVar(&f.tokenFile, "influxdb-token-file", "", "file to read the token from; of InfluxDB 1.8 it is USER:PASSWORD")
}

// open sees whether the sink takes points; nil where none is asked for.
func (f *sinkFlags) open(ctx context.Context, own *secrets) (*influx.Sink, error) {
	if f.URL == "" {
		for _, name := range []string{"influxdb", "influxdb-bucket", "influxdb-org", "influxdb-rate", "influxdb-token-file"} {
			if f.of.Flags().Changed(name) {
				return nil, refuse(fmt.Errorf("--%s: which InfluxDB is not said", name), "nothing was touched; --influxdb URL")
			}
		}
		return nil, nil
	}
	if err := f.token(own); err != nil {
		return nil, refuse(fmt.Errorf("--influxdb-token-file: %w", err), "nothing was touched")
	}
	sink, err := influx.Open(ctx, f.Target)
	if err != nil {
		return nil, refuse(fmt.Errorf("--influxdb: %w", err), "nothing was touched; without --influxdb the record alone is written")
	}
	return sink, nil
}

func (f *sinkFlags) token(own *secrets) error {
	f.Token, _ = own.Variable(influxToken)
	if f.tokenFile == "" {
		return nil
	}
	file, err := os.Open(f.tokenFile)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(file, tokenMost))
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if f.Token = strings.TrimSpace(string(text)); f.Token == "" {
		return fmt.Errorf("%s: it has no token", f.tokenFile)
	}
	return nil
}

// sunk is a run on its way to a sink; nil for none.
type sunk struct {
	*influx.Stream
	record *record.Writer
	ended  atomic.Int64 // when the run was over, ns; 0: it is not
}

// sinkInto has a run written to a sink from now on; a nil sink gets nothing.
func sinkInto(ctx context.Context, sink *influx.Sink, rec *record.Writer, source *feed) *sunk {
	if sink == nil {
		return nil
	}
	s := &sunk{record: rec}
	s.Stream = sink.Stream(ctx, influx.Source{
		Run: source.run, Scenario: source.plan.Scenario, Cloud: source.plan.Cloud, Clock: source.clock,
		Snapshot: source.snapshot, Tell: s.tell,
	})
	source.shows(s.State)
	rec.Observe(s)
	rec.Subscribe(s.Event)
	rec.Subscribe(func(e record.Event) {
		if e.Ended != nil {
			s.ended.Store(int64(e.At))
		}
	})
	return s
}

// tell puts an event into the journal of a run that goes on; what comes later would make
// it longer than it was.
func (s *sunk) tell(e record.Event) error {
	if s.ended.Load() != 0 {
		return nil
	}
	return s.record.Event(e)
}

// close writes what is left, puts the account into the record, and says what is missing;
// empty: nothing. The result of a run that was not interrupted is there before anybody is waited
// for: only the account is not in it yet.
func (s *sunk) close(ctx context.Context) (missing string, err error) {
	if s == nil {
		return "", nil
	}
	var early error
	if ctx.Err() == nil { // whoever has interrupted the run does not want to wait for it twice
		early = s.result()
	}
	account := s.Close(ctx)
	note := &record.Note{Level: "info", Text: "InfluxDB: " + reports.SinkWords(account), Sink: &account}
	if account.Lost+account.Unsure > 0 {
		note.Level, missing = "warning", note.Text
	}
	told := s.record.Event(record.Event{At: time.Duration(s.ended.Load()), Note: note}) // the wait is no part of the run
	return missing, errors.Join(early, told)
}

// result writes what the run came to, whatever becomes of its points.
func (s *sunk) result() error {
	if err := s.record.Settle(); err != nil {
		return err
	}
	run, err := reports.Open(s.record.Dir())
	if err != nil {
		return err
	}
	return writeReports(s.record.Dir(), run, defaultWriters())
}
