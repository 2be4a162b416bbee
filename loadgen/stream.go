package loadgen

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// StreamSeed is the seed of the random stream of one consumer: a digest of the
// parent's seed and the consumer's name, so that a consumer that is added or
// taken away shifts no other's choices.
func StreamSeed(seed int64, consumer string) int64 {
	h := sha256.New()
	_ = binary.Write(h, binary.LittleEndian, seed) // a hash takes everything
	h.Write([]byte(consumer))
	return int64(binary.LittleEndian.Uint64(h.Sum(nil)))
}

// stream is the random stream of one consumer.
func stream(seed int64, consumer string) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(StreamSeed(seed, consumer)), 0))
}
