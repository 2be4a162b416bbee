package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// logMost is when a daemon begins its log file anew, in bytes.
const logMost = 8 << 20

// AppendLog has a daemon write a line into its log file, after the time by the node's clock.
// What the disk does not take is lost, as it is on a real node.
func (n *Node) AppendLog(name, line string) {
	if n.files.MkdirAll(path.Dir(name), 0o755) != nil {
		return
	}
	flag := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if info, err := n.files.Stat(name); err == nil && info.Size() > logMost {
		flag |= os.O_TRUNC
	}
	file, err := n.files.Open(name, flag, 0o640)
	if err != nil {
		return
	}
	_, _ = file.Write([]byte(n.now().UTC().Format("2006-01-02 15:04:05.000 ") + line + "\n"))
	_ = file.Close()
}

// journalctl shows what has happened to units, and on the node. It knows cursors, a begin
// and an end by the clock, units, and how many lines.
func (n *Node) journalctl(_ context.Context, p *shell.Proc) int {
	c, err := parseCall(p.Args[1:], map[string]string{
		"--quiet": "", "--no-pager": "", "--no-hostname": "", "--show-cursor": "",
		"--output-fields": "--output-fields", "-o": "-o", "-n": "-n", "-u": "-u", "--after-cursor": "--after-cursor", "--since": "--since", "--until": "--until",
	})
	if err == nil && (c.verb != "" || len(c.units) > 0) {
		err = fmt.Errorf("matches are not known here: %s", c.verb)
	}
	if err != nil {
		p.Errorf("journalctl: %v", err)
		return 1
	}
	first, most, err := c.journalRange()
	since, wrong := c.journalTime("--since")
	until, bad := c.journalTime("--until")
	err = errors.Join(err, wrong, bad)
	if err != nil {
		p.Errorf("Failed to read the journal: %v", err)
		return 1
	}
	ahead, last := time.Duration(n.ahead.Load()), -1
	var lines []string
	for i, e := range n.Log() {
		at := e.At.Add(ahead)
		if i < first || at.Before(since) || !until.IsZero() && at.After(until) || c.has("-u") && !slices.Contains(c.flags["-u"], e.Unit) {
			continue
		}
		last = i
		text := strings.TrimSuffix(strings.TrimPrefix(e.Unit+": "+strings.TrimSpace(e.Event+" "+e.Detail), ": "), ":")
		switch c.last("-o") {
		case "cat":
		case "json":
			text = e.json(text)
		default:
			text = at.UTC().Format("2006-01-02T15:04:05+0000") + " systemd[1]: " + text
		}
		lines = append(lines, text)
	}
	if most >= 0 {
		lines = lines[max(len(lines)-most, 0):]
	}
	for _, line := range lines {
		p.Printf("%s\n", line)
	}
	if c.has("--show-cursor") && last >= 0 {
		p.Printf("-- cursor: s=simulated;i=%x\n", last)
	}
	return 0
}

// json is an entry with the fields that tell whose it is and how bad: what the manager could not
// do is an error.
func (e Event) json(text string) string {
	fields := map[string]string{"PRIORITY": "6", "MESSAGE": text}
	if e.Event == "error" {
		fields["PRIORITY"] = "3"
	}
	if e.Unit != "" {
		fields["UNIT"] = e.Unit
	}
	line, err := json.Marshal(fields)
	if err != nil {
		return ""
	}
	return string(line)
}

// journalTime is a bound by the clock; zero where there is none.
func (c call) journalTime(flag string) (time.Time, error) {
	text := c.last(flag)
	if text == "" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseInt(strings.TrimPrefix(text, "@"), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s %q: %w", strings.TrimPrefix(flag, "--"), text, err)
	}
	return time.Unix(seconds, 0), nil
}

// journalRange are the first entry and how many are shown; less than none: all.
func (c call) journalRange() (first, most int, err error) {
	most = -1
	if text := c.last("-n"); text != "" {
		if most, err = strconv.Atoi(text); err != nil {
			return 0, 0, fmt.Errorf("lines %q: %w", text, err)
		}
	}
	if text := c.last("--after-cursor"); text != "" {
		n, err := strconv.ParseInt(strings.TrimPrefix(text, "s=simulated;i="), 16, 32)
		if err != nil {
			return 0, 0, fmt.Errorf("cursor %q: %w", text, err)
		}
		first = int(n) + 1
	}
	return first, most, nil
}
