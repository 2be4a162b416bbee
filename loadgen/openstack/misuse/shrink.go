package misuse

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// shrink makes a request smaller for as long as still says that it fails as it
// did, with so many questions at most.
func shrink(ask request, most int, still func(request) bool) request {
	for {
		smaller := false
		for _, candidate := range candidates(ask) {
			if most == 0 {
				return ask
			}
			most--
			if still(candidate) {
				ask, smaller = candidate, true
				break
			}
		}
		if !smaller {
			return ask
		}
	}
}

// candidates are the requests that are smaller by one thing, those first that are
// smaller by most. What is wrong about it stays.
func candidates(ask request) []request {
	var all []request
	with := func(change func(*request)) {
		smaller := ask
		change(&smaller)
		all = append(all, smaller)
	}
	if ask.body != nil && ask.wrong == "" && (len(ask.query) > 0 || len(ask.header) > 0 || ask.id != "") {
		with(func(r *request) { r.body = nil })
	}
	if ask.text != nil {
		if n := len(*ask.text); n > 0 {
			half := strings.ToValidUTF8((*ask.text)[:n/2], "")
			with(func(r *request) { r.text = &half })
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ask.query)) {
		if len(ask.query) > 1 {
			with(func(r *request) { r.query = url.Values(without(ask.query, name)) })
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ask.header)) {
		if len(ask.header) > 1 {
			with(func(r *request) { r.header = without(ask.header, name) })
		}
	}
	for _, body := range smallerMaps(ask.body, ask.wrong) {
		with(func(r *request) { r.body = body })
	}
	return all
}

func without[V any](from map[string]V, name string) map[string]V {
	rest := maps.Clone(from)
	delete(rest, name)
	return rest
}

// smallerMaps are those without one key, and those of which one value is smaller.
// keep is the place, below, that stays as it is.
func smallerMaps(from map[string]any, keep string) []map[string]any {
	var all []map[string]any
	here, below, _ := strings.Cut(keep, ".")
	for _, key := range slices.Sorted(maps.Keys(from)) {
		if key != here {
			all = append(all, without(from, key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		if key == here && below == "" {
			continue
		}
		inside := ""
		if key == here {
			inside = below
		}
		for _, value := range smallerValues(from[key], inside) {
			one := maps.Clone(from)
			one[key] = value
			all = append(all, one)
		}
	}
	return all
}

func smallerValues(from any, keep string) []any {
	var all []any
	switch v := from.(type) {
	case map[string]any:
		for _, one := range smallerMaps(v, keep) {
			all = append(all, one)
		}
	case []any:
		for i := range v {
			all = append(all, slices.Delete(slices.Clone(v), i, i+1))
		}
	case string:
		if runes := []rune(v); len(runes) > longest {
			all = append(all, string(runes[:len(runes)/2]))
		}
	}
	return all
}
