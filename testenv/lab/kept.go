package lab

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// keptFor is for how long no request of a cloud that is well stays with its worker.
const keptFor = 15 * time.Second

// Kept is a worker of an API under uwsgi that keeps a request, or the uwsgi itself when it
// does not say what its workers do. Others of the service may answer meanwhile.
type Kept struct {
	Unit    string `json:"unit"`
	Worker  int    `json:"worker,omitempty"`  // its number; 0 when the uwsgi does not answer
	Seconds int    `json:"seconds,omitempty"` // for which it has kept one request
}

// on tells of it in words.
func (k Kept) on(node string) string {
	name := strings.TrimSuffix(k.Unit, ".service")
	if k.Worker == 0 {
		return fmt.Sprintf("%s on %s: its uwsgi does not say what its workers do", name, node)
	}
	return fmt.Sprintf("%s on %s: worker %d has kept one request for %d s", name, node, k.Worker, k.Seconds)
}

// keptOn asks every uwsgi of a node, and waits so long for what is not as old as keptFor yet.
func keptOn(ctx context.Context, p paths, node string, patience time.Duration) ([]Kept, error) {
	ctx, cancel := context.WithTimeout(ctx, patience+30*time.Second)
	defer cancel()
	text, err := onNode(ctx, p, node, fmt.Sprintf("command -v python3 >/dev/null || exit 0\npython3 - %.0f %.0f <<'END'\n%s\nEND",
		keptFor.Seconds(), patience.Seconds(), script("held.py")))
	if err != nil {
		return nil, fmt.Errorf("look for workers that hang on %s: %w", node, err)
	}
	return readKept(text), nil
}

// readKept reads the lines of held.py.
func readKept(text string) []Kept {
	var all []Kept
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		k := Kept{Unit: fields[0]}
		if len(fields) == 3 {
			k.Worker, _ = strconv.Atoi(fields[1])
			k.Seconds, _ = strconv.Atoi(fields[2])
		}
		all = append(all, k)
	}
	return all
}
