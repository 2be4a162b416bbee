package rally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// uniqueKeys refuses an object that has a key twice, of which a reader takes one without a
// word. That a key is the same does not depend on case, as it does not for the reader.
func uniqueKeys(text []byte) error {
	type open struct {
		seen map[string]bool // nil of an array
		key  bool            // the next token is a key
	}
	var within []open
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		var top *open
		if len(within) > 0 {
			top = &within[len(within)-1]
		}
		if name, is := token.(string); is && top != nil && top.key {
			folded := strings.ToLower(strings.ToUpper(name))
			if top.seen[folded] {
				return fmt.Errorf("byte %d: %q is given twice", d.InputOffset(), name)
			}
			top.seen[folded], top.key = true, false
			continue
		}
		if top != nil {
			top.key = top.seen != nil // what follows a value
		}
		switch token {
		case json.Delim('{'):
			within = append(within, open{map[string]bool{}, true})
		case json.Delim('['):
			within = append(within, open{})
		case json.Delim('}'), json.Delim(']'):
			within = within[:len(within)-1]
		}
		if len(within) == 0 {
			return nil
		}
	}
}

// uniqueIterations refuses one that is there twice with all that is told of it: its arrival
// would be counted twice.
func (r *Repetition) uniqueIterations() error {
	type moment struct {
		began    time.Time
		duration time.Duration
	}
	seen := map[moment][]int{}
	for n, i := range r.Iterations {
		at := moment{i.Began, i.Duration}
		for _, before := range seen[at] {
			if reflect.DeepEqual(r.Iterations[before], i) {
				return fmt.Errorf("iteration %d is iteration %d once more: with the same timestamp, duration and all that is told of it", n+1, before+1)
			}
		}
		seen[at] = append(seen[at], n)
	}
	return nil
}

// uniqueRepetitions refuses one whose iterations are those of another.
func uniqueRepetitions(all []Repetition) error {
	for n := range all {
		for before := range n {
			if all[n].Scenario == all[before].Scenario && reflect.DeepEqual(all[n].Iterations, all[before].Iterations) {
				return fmt.Errorf("workload %d is workload %d once more: each of its iterations is the same", n+1, before+1)
			}
		}
	}
	return nil
}
