package glance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math/rand/v2"
	"sync"
)

// content is the bytes of an image: they follow from the load's seed and the
// iteration's number, and are summed up as they are read. net/http may still
// read them when the answer is there.
type content struct {
	size int64

	mu   sync.Mutex
	key  [32]byte
	left int64
	rand *rand.ChaCha8
	sum  sum
}

func newContent(seed, iteration, size int64) *content {
	c := &content{size: size}
	binary.LittleEndian.PutUint64(c.key[:], uint64(seed))
	binary.LittleEndian.PutUint64(c.key[8:], uint64(iteration))
	c.rewind()
	return c
}

func (c *content) rewind() { c.left, c.rand, c.sum = c.size, rand.NewChaCha8(c.key), newSum() }

// Read gives the next bytes.
func (c *content) Read(into []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return 0, io.EOF
	}
	into = into[:min(int64(len(into)), c.left)]
	n, err := c.rand.Read(into)
	c.left -= int64(n)
	_, _ = c.sum.Write(into[:n]) // which never fails
	return n, err
}

// Seek goes back to the start: the token was renewed, and the upload begins
// anew.
func (c *content) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, errors.New("seek image: only its start can be sought")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rewind()
	return 0, nil
}

// sent is the sum of what has been read so far.
func (c *content) sent() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sum.text()
}

// sum is a SHA-256.
type sum struct{ hash.Hash }

func newSum() sum { return sum{sha256.New()} }

func (s sum) text() string { return hex.EncodeToString(s.Sum(nil)) }
