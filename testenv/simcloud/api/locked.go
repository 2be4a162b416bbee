package api

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// locked serves a pattern with the database locked. The answer is sent when it
// no longer is: a client that reads slowly holds up nobody else.
func (s *Service) locked(pattern string, work time.Duration, answer func(*call)) {
	reads := strings.HasPrefix(pattern, "GET ") || strings.HasPrefix(pattern, "HEAD ")
	s.handle(pattern, need{work: work, write: !reads}, func(c *call) {
		kept := &kept{ResponseWriter: c.w}
		c.w = kept
		s.store.mu.Lock()
		func() {
			defer s.store.mu.Unlock()
			answer(c)
		}()
		kept.send()
	})
}

// kept is an answer that is sent later.
type kept struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *kept) WriteHeader(status int) { k.status = status }

func (k *kept) Write(data []byte) (int, error) { return k.body.Write(data) }

func (k *kept) send() {
	if k.status != 0 {
		k.ResponseWriter.WriteHeader(k.status)
	}
	_, _ = k.ResponseWriter.Write(k.body.Bytes()) // the client may be gone
}
