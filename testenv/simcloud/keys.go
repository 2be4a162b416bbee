package simcloud

import (
	"hash/fnv"
	"slices"
	"strconv"
)

// Where Keystone has its configuration, and the keys of its tokens.
const (
	keystoneConfig = "/etc/keystone/keystone.conf"
	fernetKeys     = "/etc/keystone/fernet-keys"
)

// Keys are read from the node's disk at each token, as Keystone does: the highest
// number is the primary one.
func (b *backend) Keys() []string {
	files := b.machine.FS()
	entries, err := files.ReadDir(fernetKeys)
	if err != nil {
		return nil
	}
	numbered := map[int]string{}
	var numbers []int
	for _, entry := range entries {
		number, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if text, err := files.ReadFile(fernetKeys + "/" + entry.Name()); err == nil && len(text) > 0 {
			numbers, numbered[number] = append(numbers, number), string(text)
		}
	}
	slices.Sort(numbers)
	var keys []string
	for _, number := range slices.Backward(numbers) {
		keys = append(keys, numbered[number])
	}
	return keys
}

// keeps tells which process of memcached a token is left with, by its hash.
func (c *Cloud) keeps(token string) (at cached, on bool) {
	h := fnv.New32a()
	h.Write([]byte(token))
	m := c.machines[int(h.Sum32()%uint32(len(c.machines)))]
	status, on := m.status(partOf("memcached").unit)
	return cached{node: m.Name(), pid: status.PID}, on && status.Running
}

// Remember leaves a token with its holder, if that runs.
func (b *backend) Remember(token string) {
	at, on := b.cloud.keeps(token)
	b.cloud.mu.Lock()
	defer b.cloud.mu.Unlock()
	if b.cloud.tokens == nil || len(b.cloud.tokens) >= most {
		b.cloud.tokens = map[string]cached{}
	}
	if on {
		b.cloud.tokens[token] = at
	}
}

// Remembers asks a token's holder for it.
func (b *backend) Remembers(token string) bool {
	at, on := b.cloud.keeps(token)
	b.cloud.mu.Lock()
	defer b.cloud.mu.Unlock()
	return on && b.cloud.tokens[token] == at
}

// Forget takes a key out of whichever memcached has it.
func (b *backend) Forget(key string) {
	b.cloud.mu.Lock()
	defer b.cloud.mu.Unlock()
	delete(b.cloud.cache, key)
}
