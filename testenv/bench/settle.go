package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// settled is how many connections that have ended may still keep their ports before a
	// row is measured: Linux gives away some 28,000, and has each rest for a minute.
	settled = 2000
	// settleMost is how long such a minute may take.
	settleMost = 70 * time.Second
)

// settle waits until what was measured before has given its ports back: a row that cannot
// connect measures nothing.
func settle(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, settleMost)
	defer cancel()
	for resting() > settled {
		select {
		case <-time.After(time.Second):
		case <-limited.Done():
			return
		}
	}
}

// resting is how many connections of this machine are in TIME-WAIT; 0 where it does not
// tell.
func resting() int {
	text, err := os.ReadFile("/proc/net/sockstat") // TCP: inuse 5 orphan 0 tw 12 alloc 6 mem 1
	if err != nil {
		return 0
	}
	return restingIn(string(text))
}

func restingIn(text string) int {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		for i := 1; i+1 < len(fields) && fields[0] == "TCP:"; i += 2 {
			if fields[i] == "tw" {
				n, _ := strconv.Atoi(fields[i+1])
				return n
			}
		}
	}
	return 0
}
