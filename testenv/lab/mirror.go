package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mirror is where packages come from: the places that this machine's own apt
// is configured with, nothing else.
type mirror struct {
	base    string   // for debootstrap
	lines   []string // sources.list lines of the node
	options string   // apt.conf text: proxies and the like
}

// source is one line or stanza of apt's configuration.
type source struct {
	uri    string
	suites []string
}

// hostMirror reads this machine's apt configuration and turns it to the
// wanted release.
func hostMirror(ctx context.Context, suite string) (mirror, error) {
	var sources []source
	files, _ := filepath.Glob("/etc/apt/sources.list.d/*")
	for _, name := range append(files, "/etc/apt/sources.list") {
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return mirror{}, fmt.Errorf("read apt's sources: %w", err)
		}
		if strings.HasSuffix(name, ".sources") {
			sources = append(sources, parseDeb822(string(text))...)
		} else {
			sources = append(sources, parseOneLine(string(text))...)
		}
	}
	for i, s := range sources {
		if list, ok := strings.CutPrefix(s.uri, "mirror+file:"); ok {
			text, err := os.ReadFile(filepath.Clean("/" + list))
			if err != nil {
				return mirror{}, fmt.Errorf("read apt's list of mirrors: %w", err)
			}
			sources[i].uri = firstMirror(string(text))
		}
	}
	code, err := hostCodename()
	if err != nil {
		return mirror{}, err
	}
	m, err := pickMirror(sources, code, suite)
	if err != nil {
		return mirror{}, err
	}
	dump, err := run(ctx, "apt-config", "dump")
	m.options = acquireOptions(dump)
	return m, err
}

// pickMirror keeps the sources of the host's own release and its updates, and
// asks them for suite instead. Other people's archives are left out.
func pickMirror(sources []source, code, suite string) (mirror, error) {
	var m mirror
	for _, s := range sources {
		for _, have := range s.suites {
			rest, ours := strings.CutPrefix(have, code)
			if s.uri == "" || !ours || (rest != "" && rest != "-updates" && rest != "-security") {
				continue
			}
			if rest == "" && m.base == "" {
				m.base = s.uri
			}
			m.lines = append(m.lines, fmt.Sprintf("deb %s %s main", s.uri, suite+rest))
		}
	}
	if m.base == "" {
		return m, fmt.Errorf("find a package mirror: apt of this machine has no source for its own release %q", code)
	}
	return m, nil
}

// firstMirror is the first of a list of mirrors, as cloud images have it. Only
// apt itself can use a list.
func firstMirror(text string) string {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 {
			return fields[0]
		}
	}
	return ""
}

// parseOneLine reads the classic format: deb [options] URI SUITE COMPONENT…
func parseOneLine(text string) []source {
	var all []source
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "deb" {
			continue
		}
		fields = fields[1:]
		if strings.HasPrefix(fields[0], "[") {
			for len(fields) > 0 && !strings.HasSuffix(fields[0], "]") {
				fields = fields[1:]
			}
			fields = fields[min(1, len(fields)):]
		}
		if len(fields) >= 3 {
			all = append(all, source{uri: fields[0], suites: fields[1:2]})
		}
	}
	return all
}

// parseDeb822 reads stanzas of `Key: value` lines.
func parseDeb822(text string) []source {
	var all []source
	for stanza := range strings.SplitSeq(text, "\n\n") {
		field := map[string][]string{}
		for line := range strings.Lines(stanza) {
			key, value, found := strings.Cut(line, ":")
			if found && !strings.HasPrefix(line, "#") {
				field[strings.ToLower(strings.TrimSpace(key))] = strings.Fields(value)
			}
		}
		off := field["enabled"]
		if len(field["uris"]) == 0 || (len(off) > 0 && off[0] == "no") || !slices.Contains(field["types"], "deb") {
			continue
		}
		for _, uri := range field["uris"] {
			all = append(all, source{uri: uri, suites: field["suites"]})
		}
	}
	return all
}

// acquireOptions keeps the settings of how apt fetches (proxies, validity).
func acquireOptions(dump string) string {
	var kept strings.Builder
	for line := range strings.Lines(dump) {
		if strings.HasPrefix(line, "Acquire::http") || strings.HasPrefix(line, "Acquire::Check-") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func hostCodename() (string, error) {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", fmt.Errorf("read the release of this machine: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if code, found := strings.CutPrefix(line, "VERSION_CODENAME="); found {
			return strings.Trim(strings.TrimSpace(code), `"`), nil
		}
	}
	return "", fmt.Errorf("read the release of this machine: no VERSION_CODENAME in /etc/os-release")
}
