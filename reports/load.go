package reports

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Load makes a run's record ready for kpi.Compute. A journal line that cannot
// be read ends the events, and the record counts as cut off; a directory that
// is no record is an error.
func Load(dir string) (kpi.Record, error) {
	run, err := record.Open(dir)
	if err != nil {
		return kpi.Record{}, fmt.Errorf("load run: %w", err)
	}
	rec := kpi.Record{Meta: run.Meta(), Samples: run.Samples, Failures: run.Failures, Signals: run.Signals}
	if rec.CutOff, _ = run.CutOff(); goesOn(run) {
		rec.CutOff = "the run still goes on"
	}
	if rec.Changed, err = changed(run); err != nil {
		return kpi.Record{}, fmt.Errorf("load run: %w", err)
	}
	for e, err := range run.Events() {
		if err != nil {
			return kpi.Record{}, fmt.Errorf("load run: %w", err)
		}
		rec.Events = append(rec.Events, e)
	}
	for name, into := range map[string]*[]byte{"scenario.yaml": &rec.Inputs.Scenario, "plan.json": &rec.Inputs.Plan} {
		if *into, err = run.ReadFile(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return kpi.Record{}, fmt.Errorf("load run: %w", err)
		}
	}
	return rec, nil
}

// goesOn tells whether a process of this machine still writes a record. Where that is not known
// it was cut off.
func goesOn(run *record.Run) bool {
	if run.Ended() != nil {
		return false
	}
	written, err := run.Written()
	return err == nil && written
}

// changed is what of a record that figures rest on is not as it was written. What was kept
// beside, captures and logs, may be taken away, and a record that is not over, or was cut
// off, has no sums yet; that of a run that came to its end always had them.
func changed(run *record.Run) (all []string, err error) {
	all = run.Strange()
	differences, err := record.Verify(run.Dir())
	switch {
	case errors.Is(err, fs.ErrNotExist) && run.Ended() == nil:
		return all, nil
	case errors.Is(err, fs.ErrNotExist):
		return append(all, "MANIFEST is missing, so that nobody knows whether anything else is"), nil
	case err != nil:
		return nil, err
	}
	for _, d := range differences {
		if !strings.HasPrefix(d, "captures/") && !strings.HasPrefix(d, "logs/") && !strings.HasSuffix(d, " was added") {
			all = append(all, d)
		}
	}
	return all, nil
}

// Open loads a run's record and judges it with the default settings.
func Open(dir string) (*Run, error) {
	rec, err := Load(dir)
	if err != nil {
		return nil, err
	}
	return &Run{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}, nil
}
