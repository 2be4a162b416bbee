package main

import (
	"os"
	"sync"
)

// secrets are what this program alone has from its environment, by the variables' names:
// the tokens of a database and of workers, passwords of the loads. They are taken out of
// it before anything is started, so that no program that Eris starts (a load, virsh, Rally,
// who keeps a fault) has them, however it is started.
type secrets struct {
	mu    sync.Mutex
	taken map[string]string
}

// Take takes variables out of the environment; one that is not there stays away.
func (s *secrets) Take(names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		value, is := os.LookupEnv(name)
		if !is {
			continue
		}
		if s.taken == nil {
			s.taken = map[string]string{}
		}
		s.taken[name] = value
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	return nil
}

// Variable is what os.LookupEnv was before anything was taken.
func (s *secrets) Variable(name string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value, is := s.taken[name]; is {
		return value, true
	}
	return os.LookupEnv(name)
}
