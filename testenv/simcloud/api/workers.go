package api

import "time"

// Works notes that a process of a service which only talks by messages is there, and
// has the message queue. Of a service of which nobody was ever heard, there always is
// one.
func (s *Store) Works(service string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workers[service] = now
}

// silent tells whether nobody of a service is heard of any more. Called with mu held.
func (s *Store) silent(service string, now time.Time) bool {
	heard := s.workers[service]
	return !heard.IsZero() && now.Sub(heard) > deaf
}

// advance has wait what was told to services whose workers are gone. Called with mu
// held.
func (s *Store) advance(now time.Time) {
	for _, one := range s.stacks {
		if now.Before(one.due) && s.silent("heat-engine", now) {
			one.due = now.Add(stackTime)
		}
	}
	for _, one := range s.balancers {
		if now.Before(one.due) && s.silent("octavia-worker", now) {
			one.due = now.Add(balancerTime)
		}
	}
}
