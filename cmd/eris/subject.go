package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// subject is whose things a cleanup removes: a run's, or all runs'.
type subject struct {
	run string      // its id; empty for all
	rec *record.Run // its record, where there is one
}

// subject reads RUN and --record.
func (f *cleanupFlags) subject(args []string) (*subject, error) {
	path := f.record
	switch {
	case len(args) == 0 && path == "":
		return &subject{}, nil
	case len(args) > 0 && path != "":
		return nil, refuse(errors.New("there is a RUN, and --record too: they are the same"), "")
	case len(args) > 0:
		path = args[0]
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		path = filepath.Dir(path)
	case err == nil:
	case f.record == "" && record.IsID(path):
		return &subject{run: path}, nil
	default:
		return nil, refuse(err, "RUN is a directory such as runs/latest, or the whole id of a run")
	}
	rec, err := record.Open(path)
	if err != nil {
		return nil, refuse(err, "RUN is a directory such as runs/latest, or the whole id of a run")
	}
	if !record.IsID(rec.Meta().Of()) {
		return nil, refuse(fmt.Errorf("the record's run %q has no id by which its resources could be known", rec.Meta().Of()), "")
	}
	return &subject{run: rec.Meta().Of(), rec: rec}, nil
}

// isOn refuses another cloud than the record's.
func (s *subject) isOn(cloud string) error {
	if s.rec == nil {
		return nil
	}
	return sameCloud(s.rec.Meta().Cloud, cloud)
}

// sameCloud refuses another cloud than that of a run.
func sameCloud(ran, cloud string) error {
	if ran == cloud {
		return nil
	}
	return refuse(fmt.Errorf("the run was on the cloud %s, and this is %s", ran, cloud), "-i INVENTORY says which cloud")
}

// clocks is how far those of two machines may be apart.
const clocks = time.Minute

// owner is whose things are meant: if all runs', not those of one that began
// after it was asked which of them go on, which is put into young. When asked is
// zero nobody was.
func (s *subject) owner(going []string, asked time.Time, young map[string]bool) openstack.Owner {
	if s.run != "" {
		return openstack.OfRun(s.run)
	}
	all := openstack.OfAnyRun{But: going, Young: func(run string) { young[run] = true }}
	if !asked.IsZero() {
		all.Before = asked.Add(-clocks)
	}
	return all
}

// clouds are the entries of clouds.yaml that were given to loads: those that are
// named, and those of the record.
func (s *subject) clouds(named []string) []string {
	all := slices.Clone(named)
	if s.rec != nil {
		for _, t := range s.rec.Meta().Tenants {
			all = append(all, t.Clouds...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// loads tells whether the run is known to have had a load of a service, or users
// and projects.
func (s *subject) loads(service openstack.Service) bool {
	if s.rec == nil {
		return false
	}
	if slices.ContainsFunc(s.rec.Meta().Tenants, func(t record.TenantsPlan) bool {
		return service.Admin && t.Projects > 0 || len(t.Flavors) > 0 && service.Does(openstack.MakesFlavors) || len(t.Images) > 0 && service.Does(openstack.MakesImages)
	}) {
		return true
	}
	return slices.ContainsFunc(s.rec.Meta().Loads, func(l record.LoadPlan) bool {
		return service.Does(l.Workload)
	})
}

// going are the runs that still go on, if all are meant. One run that does, or
// of which that is not known, is refused.
func (s *subject) going(ctx context.Context, on site, out string) ([]string, error) {
	const hint = "wait for its end, or --live removes it all the same"
	if s.rec != nil && s.rec.Ended() != nil {
		return nil, nil
	}
	written, err := s.written(out)
	if err != nil {
		return nil, err
	}
	if s.run != "" && slices.Contains(written, s.run) {
		return nil, refuse(fmt.Errorf("the run %s goes on: its record is being written", s.run), hint)
	}
	silent := []string{}
	for _, node := range faults.Doctor(ctx, on.nodes, on.names) {
		switch {
		case node.Err != nil:
			silent = append(silent, node.Node)
		case node.Claim == nil:
		case s.run == "":
			written = append(written, node.Claim.Run)
		case node.Claim.Run == s.run:
			return nil, refuse(fmt.Errorf("the run %s goes on, or ended not long ago: %w", s.run, node.Claim), hint)
		}
	}
	if len(silent) > 0 && !s.ownHost() {
		return nil, refuse(fmt.Errorf("it is not known whether a run goes on: %s could not be asked", strings.Join(silent, ", ")), "--live does not ask")
	}
	slices.Sort(written)
	return slices.Compact(written), nil
}

// written are the runs whose records a process of this machine writes.
func (s *subject) written(out string) ([]string, error) {
	records := []*record.Run{s.rec}
	if s.rec == nil {
		records = nil
		dirs, err := os.ReadDir(out)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, unseen(err)
		}
		for _, dir := range dirs {
			found, err := recordsIn(filepath.Join(out, dir.Name()))
			if err != nil {
				return nil, unseen(err)
			}
			records = append(records, found...)
		}
	}
	var ids []string
	for _, rec := range records {
		now, err := rec.Written()
		if err != nil {
			return nil, unseen(err)
		}
		if now {
			ids = append(ids, rec.Meta().Run)
		}
	}
	return ids, nil
}

// recordsIn are those of a run's directory or of a set's. What is neither is of no run.
func recordsIn(dir string) ([]*record.Run, error) {
	dirs := []string{dir}
	if set, is, err := record.OpenSet(dir); err == nil && is {
		dirs = nil
		for _, run := range set.Runs {
			dirs = append(dirs, filepath.Join(dir, run))
		}
	}
	var records []*record.Run
	for _, each := range dirs {
		switch rec, err := record.Open(each); {
		case err == nil:
			records = append(records, rec)
		case errors.Is(err, fs.ErrPermission):
			return nil, err
		}
	}
	return records, nil
}

// unseen refuses where a run may go on that cannot be looked at.
func unseen(err error) error {
	return refuse(fmt.Errorf("it is not known whether a run goes on: %w", err), "--live does not ask")
}

// ownHost tells whether the record is of a run of this machine, where a run
// that nobody writes is over.
func (s *subject) ownHost() bool {
	if s.rec == nil {
		return false
	}
	_, theirs, _ := strings.Cut(s.rec.Meta().Owner, "@")
	_, ours, _ := strings.Cut(owner(), "@")
	return theirs == ours && ours != "unknown"
}
