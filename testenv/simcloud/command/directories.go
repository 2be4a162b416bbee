package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"syscall"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func directories() map[string]shell.Command {
	return map[string]shell.Command{
		"mkdir": mkdir, "mkfifo": mkfifo, "rmdir": rmdir, "ls": ls, "stat": stat, "readlink": readlink, "mktemp": mktemp,
		"basename": basename, "dirname": dirname, "realpath": realpath,
	}
}

func mkdir(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "pm:", []string{"parents", "mode="}, false)
	if err != nil || len(o.values) < 1 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	perm := uint64(0o755)
	if text := o.value("m", "mode"); text != "" {
		if perm, err = strconv.ParseUint(text, 8, 12); err != nil {
			return usage(p, errors.New("invalid mode '"+text+"'"))
		}
	}
	return each(p, o.values, func(name string) error {
		if o.has("p", "parents") {
			if p.FS().Exists(p.Path(name)) {
				return p.FS().MkdirAll(p.Path(name), 0o755)
			}
			if err := p.FS().MkdirAll(path.Dir(p.Path(name)), 0o755); err != nil {
				return err
			}
		}
		if err := p.FS().Mkdir(p.Path(name), fs.FileMode(perm)); err != nil {
			return fmt.Errorf("cannot create directory '%s': %s", name, cause(err))
		}
		return nil
	})
}

// mkfifo makes files by the names of pipes: nothing but a program that knows them for
// pipes hands anything through.
func mkfifo(_ context.Context, p *shell.Proc) int {
	if len(p.Args) < 2 {
		return usage(p, errors.New("missing operand"))
	}
	return each(p, p.Args[1:], func(name string) error {
		if p.FS().Exists(p.Path(name)) {
			return fmt.Errorf("cannot create fifo '%s': File exists", name)
		}
		return p.FS().WriteFile(p.Path(name), nil, 0o644)
	})
}

func cause(err error) string {
	if pathErr, is := errors.AsType[*fs.PathError](err); is {
		return shell.Strerror(pathErr.Err)
	}
	return err.Error()
}

func rmdir(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "", []string{"ignore-fail-on-non-empty"}, false)
	if err != nil {
		return usage(p, err)
	}
	return each(p, o.values, func(name string) error {
		info, err := p.FS().Lstat(p.Path(name))
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("failed to remove '%s': Not a directory", name)
		}
		if err == nil {
			err = p.FS().Remove(p.Path(name))
		}
		if errors.Is(err, syscall.ENOTEMPTY) && o.has("ignore-fail-on-non-empty") {
			return nil
		}
		return err
	})
}

func ls(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "1aAdlL", nil, false)
	if err != nil {
		return usage(p, err)
	}
	names := o.values
	if len(names) == 0 {
		names = []string{"."}
	}
	code := 0
	for i, name := range names {
		info, err := p.FS().Stat(p.Path(name))
		if err != nil {
			p.Errorf("ls: cannot access '%s': %s", name, cause(err))
			code = 2
			continue
		}
		if o.has("d") || !info.IsDir() {
			list(p, o, name, info)
			continue
		}
		if len(names) > 1 {
			if i > 0 {
				p.Printf("\n")
			}
			p.Printf("%s:\n", name)
		}
		entries, err := p.FS().ReadDir(p.Path(name))
		if err != nil {
			return p.Fail(err)
		}
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), ".") && !o.has("a", "A") {
				continue
			}
			if info, err := entry.Info(); err == nil {
				list(p, o, entry.Name(), info)
			}
		}
	}
	return code
}

func list(p *shell.Proc, o options, name string, info fs.FileInfo) {
	if !o.has("l") {
		p.Printf("%s\n", name)
		return
	}
	letters := info.Mode().String()
	if info.Mode()&fs.ModeSymlink != 0 {
		letters = "l" + letters[1:]
	}
	p.Printf("%s 1 root root %d %s %s\n", letters, info.Size(), info.ModTime().UTC().Format("Jan _2 15:04"), name)
}

func stat(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "c:L", []string{"format="}, false)
	format := o.value("c", "format")
	if err != nil || format == "" {
		return usage(p, errors.Join(err, errors.New("a format is needed here: -c FORMAT")))
	}
	code := 0
	for _, name := range o.values {
		look := p.FS().Lstat
		if o.has("L") {
			look = p.FS().Stat
		}
		info, err := look(p.Path(name))
		if err != nil {
			p.Errorf("stat: cannot statx '%s': %s", name, cause(err))
			code = 1
			continue
		}
		quoted := "'" + name + "'"
		if target, err := p.FS().Readlink(p.Path(name)); err == nil {
			quoted += " -> '" + target + "'"
		}
		p.Printf("%s\n", strings.NewReplacer(
			"%N", quoted,
			"%d", device(p, name), "%.9W", "0.000000000", "%W", "0", "%n", name, "%s", strconv.FormatInt(info.Size(), 10), "%Y", strconv.FormatInt(info.ModTime().Unix(), 10),
			"%a", strconv.FormatUint(uint64(info.Mode().Perm()), 8), "%F", fileType(info), "%U", "root", "%G", "root",
			"%u", "0", "%g", "0", "%i", strconv.FormatUint(info.Sys().(*syscall.Stat_t).Ino, 10), "%%", "%",
		).Replace(format))
	}
	return code
}

// device is the number of the device of a path, as stat has it.
func device(p *shell.Proc, name string) string {
	s, err := p.FS().Statfs(p.Path(name))
	major, minor, _ := strings.Cut(s.Number, ":")
	high, wrong := strconv.Atoi(major)
	low, bad := strconv.Atoi(minor)
	if errors.Join(err, wrong, bad) != nil {
		return "0"
	}
	return strconv.Itoa(high<<8 | low)
}

func fileType(info fs.FileInfo) string {
	switch {
	case info.IsDir():
		return "directory"
	case info.Mode()&fs.ModeSymlink != 0:
		return "symbolic link"
	case info.Size() == 0:
		return "regular empty file"
	}
	return "regular file"
}

func readlink(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "fen", nil, false)
	if err != nil {
		return usage(p, err)
	}
	code := 0
	for _, name := range o.values {
		target, err := p.FS().Readlink(p.Path(name))
		if o.has("f", "e") {
			target, err = p.FS().Resolve(p.Path(name))
			if err == nil && o.has("e") && !p.FS().Exists(target) {
				err = fs.ErrNotExist
			}
		}
		if err != nil {
			code = 1 // readlink says nothing
			continue
		}
		p.Printf("%s\n", target)
	}
	return code
}

func realpath(_ context.Context, p *shell.Proc) int {
	return each(p, p.Args[1:], func(name string) error {
		target, err := p.FS().Resolve(p.Path(name))
		if err == nil {
			p.Printf("%s\n", target)
		}
		return err
	})
}

func mktemp(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "dp:", nil, false)
	if err != nil {
		return usage(p, err)
	}
	template := "tmp.XXXXXXXXXX"
	dir := "/tmp"
	if len(o.values) > 0 {
		template, dir = o.values[0], p.Dir
	}
	if o.has("p") {
		dir = p.Path(o.value("p"))
	}
	if !strings.HasPrefix(template, "/") {
		template = path.Join(dir, template)
	}
	stem := strings.TrimRight(template, "X")
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s%0*d", stem, len(template)-len(stem), n)
		if o.has("d") {
			err = p.FS().Mkdir(name, 0o700)
		} else if !p.FS().Exists(name) {
			err = write(p, name, nil, 0o600)
		} else {
			err = fs.ErrExist
		}
		switch {
		case err == nil:
			p.Printf("%s\n", name)
			return 0
		case !errors.Is(err, fs.ErrExist):
			return p.Fail(err)
		}
	}
}

func basename(_ context.Context, p *shell.Proc) int {
	if len(p.Args) < 2 {
		return usage(p, errors.New("missing operand"))
	}
	name := path.Base(p.Args[1])
	if len(p.Args) > 2 && name != p.Args[2] {
		name = strings.TrimSuffix(name, p.Args[2])
	}
	p.Printf("%s\n", name)
	return 0
}

func dirname(_ context.Context, p *shell.Proc) int {
	for _, name := range p.Args[1:] {
		p.Printf("%s\n", path.Dir(strings.TrimRight(name, "/")))
	}
	return 0
}
