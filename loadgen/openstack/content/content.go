// Package content has the bytes that loads store in a cloud, to see whether it
// gives back the same.
package content

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"sync"
)

// Content is bytes that nobody holds: they follow from where they come from, and
// are summed up as they are read. net/http may still read them when the answer is
// there.
type Content struct {
	Size int64
	sum  func() hash.Hash

	mu   sync.Mutex
	key  [32]byte
	left int64
	rand *rand.ChaCha8
	seen hash.Hash
}

// New are so many bytes, which follow from a load's seed, the number of an iteration
// and what is stored in that, from 0 on. They are summed up by sum.
func New(size, seed, iteration, part int64, sum func() hash.Hash) *Content {
	c := &Content{Size: size, sum: sum}
	binary.LittleEndian.PutUint64(c.key[:], uint64(seed))
	binary.LittleEndian.PutUint64(c.key[8:], uint64(iteration))
	binary.LittleEndian.PutUint64(c.key[16:], uint64(part))
	c.rewind()
	return c
}

func (c *Content) rewind() { c.left, c.rand, c.seen = c.Size, rand.NewChaCha8(c.key), c.sum() }

// Read gives the next bytes.
func (c *Content) Read(into []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return 0, io.EOF
	}
	into = into[:min(int64(len(into)), c.left)]
	n, err := c.rand.Read(into)
	c.left -= int64(n)
	_, _ = c.seen.Write(into[:n]) // which never fails
	return n, err
}

// Seek goes back to the start: the token was renewed, and the upload begins
// anew.
func (c *Content) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, errors.New("seek content: only its start can be sought")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rewind()
	return 0, nil
}

// Sent is the sum of what has been read so far, in hexadecimal digits.
func (c *Content) Sent() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return digits(c.seen)
}

func digits(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// Compare reads what the cloud gives back, of which no more than a buffer is in
// memory. wrong says how it differs from what was sent; err is that it could not be
// read.
func (c *Content) Compare(back io.Reader) (wrong, err error) {
	got := c.sum()
	n, err := io.Copy(got, io.LimitReader(back, c.Size+1))
	if n > c.Size {
		return fmt.Errorf("more than the %d bytes that were sent", c.Size), nil
	}
	if sum, sent := digits(got), c.Sent(); err == nil && (n != c.Size || sum != sent) {
		wrong = fmt.Errorf("%d bytes with the sum %.16s…, and sent were %d with %.16s…", n, sum, c.Size, sent)
	}
	return wrong, err
}
