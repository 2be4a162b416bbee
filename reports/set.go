package reports

import (
	"fmt"
	"path/filepath"

	"github.com/openstack-eris/eris/collectors/record"
)

// Set is what is reported of at once: the repetitions of a set, or the one run that a
// directory has.
type Set struct {
	Name string
	Dirs []string // of the runs, in order
	Runs []*Run
	// Single tells that the directory is that of a run.
	Single bool
}

// folder names that of the set, or of its run.
func (s *Set) folder() string {
	switch {
	case len(s.Dirs) == 0:
		return s.Name
	case s.Single:
		return filepath.Base(s.Dirs[0])
	}
	return filepath.Base(filepath.Dir(s.Dirs[0]))
}

// OpenSet loads the runs of a set's directory, or the one of a run's, and judges them with
// the default settings.
func OpenSet(dir string) (*Set, error) {
	found, is, err := record.OpenSet(dir)
	if err != nil {
		return nil, err
	}
	s := &Set{Name: found.Name, Dirs: []string{dir}, Single: !is}
	if is {
		s.Dirs = nil
		for _, id := range found.Runs {
			s.Dirs = append(s.Dirs, filepath.Join(dir, id))
		}
	}
	for _, one := range s.Dirs {
		run, err := Open(one)
		if err != nil {
			return nil, err
		}
		s.Runs = append(s.Runs, run)
	}
	if s.Single {
		s.Name = s.Runs[0].Analysis.Meta.Scenario
	}
	return s, nil
}

// sameLoads refuses a set whose runs have not the same loads: they are no repetitions.
func (s *Set) sameLoads() error {
	first := s.Runs[0].Record.Meta.Loads
	for n, run := range s.Runs {
		loads := run.Record.Meta.Loads
		if len(loads) != len(first) {
			return fmt.Errorf("run %d of %s has %d loads, and the first one %d", n+1, s.Name, len(loads), len(first))
		}
		for i, l := range loads {
			if l.Name != first[i].Name || l.Workload != first[i].Workload {
				return fmt.Errorf("run %d of %s has the load %s (%s), and the first one %s (%s)", n+1, s.Name, l.Name, l.Workload, first[i].Name, first[i].Workload)
			}
		}
	}
	return nil
}
