package loadgen

import "bytes"

// Capped keeps what a program says, so far as there is room. It takes everything, so
// that who says more goes on, and is told of by Over. Its zero value has no room.
type Capped struct {
	Most int // bytes

	text bytes.Buffer // not embedded, since it would read past the bound by itself
	over bool
}

// Write takes everything, and keeps what there is room for.
func (c *Capped) Write(p []byte) (int, error) {
	if c.text.Len()+len(p) > c.Most {
		c.over = true
		return len(p), nil
	}
	return c.text.Write(p)
}

// Bytes are what was kept.
func (c *Capped) Bytes() []byte { return c.text.Bytes() }

// Over tells that more was said than there was room for.
func (c *Capped) Over() bool { return c.over }
