package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func reading() map[string]shell.Command {
	return map[string]shell.Command{
		"cat": cat, "tee": tee, "head": head, "tail": tail, "wc": wc, "sha256sum": sha256sum, "cmp": compare,
	}
}

// content is a file's content, or the standard input's for "-".
func content(p *shell.Proc, name string) ([]byte, error) {
	switch name {
	case "-":
		return p.Input()
	case "/dev/null":
		return nil, nil
	}
	return p.FS().ReadFile(p.Path(name))
}

// inputs are the contents of the named files, or of the standard input when
// there is no name. ok is false when one could not be read, which was told.
func inputs(p *shell.Proc, names []string) (data []byte, ok bool) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	ok = true
	for _, name := range names {
		one, err := content(p, name)
		if err != nil {
			p.Fail(err)
			ok = false
			continue
		}
		data = append(data, one...)
	}
	return data, ok
}

// cat streams its input, so that what a loop prints arrives as it comes.
func cat(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "u", nil, false)
	if err != nil {
		return usage(p, err)
	}
	names := o.values
	if len(names) == 0 {
		names = []string{"-"}
	}
	return each(p, names, func(name string) error {
		if name == "-" && p.Stdin != nil {
			_, err := io.Copy(p.Stdout, p.Stdin)
			return err
		}
		data, err := content(p, name)
		if err == nil {
			_, err = p.Stdout.Write(data)
		}
		return err
	})
}

func tee(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "a", nil, false)
	if err != nil {
		return usage(p, err)
	}
	data, err := p.Input()
	if err != nil {
		return p.Fail(err)
	}
	if _, err := p.Stdout.Write(data); err != nil {
		return 1
	}
	return each(p, o.values, func(name string) error {
		if !o.has("a") {
			return write(p, p.Path(name), data, 0o644)
		}
		file, err := p.FS().Open(p.Path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		_, err = file.Write(data)
		return errors.Join(err, file.Close())
	})
}

// oldCount turns the old form -5 into -n 5.
func oldCount(args []string) []string {
	if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		if _, err := strconv.Atoi(args[0][1:]); err == nil {
			return append([]string{"-n", args[0][1:]}, args[1:]...)
		}
	}
	return args
}

func head(_ context.Context, p *shell.Proc) int { return part(p, false) }
func tail(_ context.Context, p *shell.Proc) int { return part(p, true) }

func part(p *shell.Proc, end bool) int {
	o, err := parse(oldCount(p.Args[1:]), "n:c:", []string{"lines=", "bytes="}, false)
	if err != nil {
		return usage(p, err)
	}
	data, ok := inputs(p, o.values)
	size, units := o.value("n", "lines"), bytes.SplitAfter(data, []byte("\n"))
	if len(units) > 0 && len(units[len(units)-1]) == 0 {
		units = units[:len(units)-1]
	}
	if o.has("c", "bytes") {
		size, units = o.value("c", "bytes"), bytes.Split(data, nil)
	}
	if size == "" {
		size = "10"
	}
	n, err := strconv.Atoi(strings.TrimPrefix(size, "+"))
	if err != nil {
		return usage(p, errors.New("invalid number: '"+size+"'"))
	}
	from, to := 0, len(units)
	switch {
	case end && size[0] == '+':
		from = min(max(n-1, 0), to)
	case end:
		from = max(to-max(n, -n), 0)
	case n < 0:
		to = max(to+n, 0)
	default:
		to = min(n, to)
	}
	if _, err := p.Stdout.Write(bytes.Join(units[from:to], nil)); err != nil || !ok {
		return 1
	}
	return 0
}

func wc(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "lwc", nil, false)
	if err != nil {
		return usage(p, err)
	}
	data, ok := inputs(p, o.values)
	all := !o.has("l", "w", "c")
	counts := []string{}
	for _, c := range []struct {
		flag string
		n    int
	}{{"l", bytes.Count(data, []byte("\n"))}, {"w", len(bytes.Fields(data))}, {"c", len(data)}} {
		if all || o.has(c.flag) {
			counts = append(counts, strconv.Itoa(c.n))
		}
	}
	if len(o.values) == 1 {
		counts = append(counts, o.values[0])
	}
	p.Printf("%s\n", strings.Join(counts, " "))
	if !ok {
		return 1
	}
	return 0
}

func sha256sum(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "cbt", []string{"check", "status", "quiet"}, false)
	if err != nil {
		return usage(p, err)
	}
	names := o.values
	if len(names) == 0 {
		names = []string{"-"}
	}
	if o.has("c", "check") {
		return check(p, o, names)
	}
	return each(p, names, func(name string) error {
		data, err := content(p, name)
		if err == nil {
			p.Printf("%s  %s\n", digest(data), name)
		}
		return err
	})
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// check compares files with the sums in a list; an empty list is an error.
func check(p *shell.Proc, o options, names []string) int {
	list, ok := inputs(p, names)
	seen := 0
	for line := range strings.Lines(string(list)) {
		sum, name, found := strings.Cut(strings.TrimRight(line, "\n"), " ")
		if !found || len(sum) != 2*sha256.Size || len(name) < 2 {
			continue
		}
		seen++
		data, err := content(p, name[1:])
		verdict := "OK"
		if err != nil || digest(data) != sum {
			verdict, ok = "FAILED", false
		}
		if !o.has("status") && (verdict != "OK" || !o.has("quiet")) {
			p.Printf("%s: %s\n", name[1:], verdict)
		}
	}
	if seen == 0 {
		p.Errorf("sha256sum: no properly formatted checksum lines found")
	}
	if seen == 0 || !ok {
		return 1
	}
	return 0
}

func compare(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "s", nil, false)
	if err != nil || len(o.values) != 2 {
		return usage(p, errors.Join(err, missing(o, 2)))
	}
	first, err1 := content(p, o.values[0])
	second, err2 := content(p, o.values[1])
	if err := errors.Join(err1, err2); err != nil {
		p.Fail(err)
		return 2
	}
	if bytes.Equal(first, second) {
		return 0
	}
	if !o.has("s") {
		p.Printf("%s %s differ\n", o.values[0], o.values[1])
	}
	return 1
}
