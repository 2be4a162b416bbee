package remote

import (
	"bytes"
	"sync"
)

// capture keeps the first bytes of a stream and swallows the rest, so that a
// chatty command ends as it would have.
type capture struct {
	mu   sync.Mutex
	kept bytes.Buffer
	left int
	cut  bool
}

// Write never fails.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	keep := min(len(p), c.left)
	c.cut = c.cut || keep < len(p)
	c.left -= keep
	c.kept.Write(p[:keep]) // a bytes.Buffer never fails
	return len(p), nil
}

// take returns what was kept so far, and whether more was swallowed.
func (c *capture) take() ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.kept.Bytes()), c.cut
}
