package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func files() map[string]shell.Command {
	return map[string]shell.Command{
		"cp": cp, "mv": mv, "rm": rm, "ln": ln, "touch": touch, "chmod": chmod, "sync": syncFiles, "truncate": truncate,
		"chown": func(context.Context, *shell.Proc) int { return 0 },
		"chgrp": func(context.Context, *shell.Proc) int { return 0 },
	}
}

// into is where a copy, move or link of source to target goes: inside target
// when that is a directory.
func into(p *shell.Proc, source, target string) string {
	if info, err := p.FS().Stat(p.Path(target)); err == nil && info.IsDir() {
		return path.Join(p.Path(target), path.Base(source))
	}
	return p.Path(target)
}

func cp(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "afprRT", []string{"preserve", "recursive", "force"}, false)
	if err != nil || len(o.values) < 2 {
		return usage(p, errors.Join(err, missing(o, 2)))
	}
	last := len(o.values) - 1
	return each(p, o.values[:last], func(source string) error {
		return copyTree(p, p.Path(source), into(p, source, o.values[last]), o.has("a", "r", "R", "recursive"), o.has("a", "p", "preserve"))
	})
}

func missing(o options, want int) error {
	if len(o.values) < want {
		return errors.New("missing operand")
	}
	return nil
}

func copyTree(p *shell.Proc, source, target string, deep, keep bool) error {
	files := p.FS()
	info, err := files.Stat(source)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		data, err := files.ReadFile(source)
		if err == nil {
			err = write(p, target, data, info.Mode().Perm())
		}
		if err == nil && keep {
			err = errors.Join(files.Chmod(target, info.Mode()), files.Chtimes(target, info.ModTime()))
		}
		return err
	}
	if !deep {
		return errors.New("-r not specified; omitting directory '" + source + "'")
	}
	if err := files.Mkdir(target, info.Mode().Perm()); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	entries, err := files.ReadDir(source)
	for _, entry := range entries {
		err = errors.Join(err, copyTree(p, path.Join(source, entry.Name()), path.Join(target, entry.Name()), deep, keep))
	}
	return err
}

// write replaces a file's content; unlike memfs.WriteFile it makes no
// directories.
func write(p *shell.Proc, name string, data []byte, perm fs.FileMode) error {
	if name == "/dev/null" {
		return nil
	}
	file, err := p.FS().Open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

func mv(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "fT", nil, false)
	if err != nil || len(o.values) < 2 {
		return usage(p, errors.Join(err, missing(o, 2)))
	}
	last := len(o.values) - 1
	return each(p, o.values[:last], func(source string) error {
		target := p.Path(o.values[last])
		if !o.has("T") {
			target = into(p, source, o.values[last])
		}
		return p.FS().Rename(p.Path(source), target)
	})
}

func rm(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "frRd", []string{"force", "recursive"}, false)
	if err != nil {
		return usage(p, err)
	}
	return each(p, o.values, func(name string) error {
		info, err := p.FS().Lstat(p.Path(name))
		switch {
		case err != nil && o.has("f", "force"):
			return nil
		case err != nil:
			return err
		case info.IsDir() && o.has("r", "R", "recursive"):
			return p.FS().RemoveAll(p.Path(name))
		case info.IsDir() && !o.has("d"):
			return errors.New("cannot remove '" + name + "': Is a directory")
		}
		return p.FS().Remove(p.Path(name))
	})
}

func ln(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "sfnrT", nil, false)
	if err != nil || len(o.values) < 1 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	source, target := o.values[0], path.Base(o.values[0])
	if len(o.values) > 1 {
		target = o.values[1]
	}
	at := p.Path(target)
	if !o.has("n", "T") {
		at = into(p, source, target)
	}
	if o.has("f") {
		if info, err := p.FS().Lstat(at); err == nil && !info.IsDir() {
			if err := p.FS().Remove(at); err != nil {
				return p.Fail(err)
			}
		}
	}
	if o.has("s") {
		err = p.FS().Symlink(source, at)
	} else {
		err = p.FS().Link(p.Path(source), at)
	}
	if err != nil {
		return p.Fail(err)
	}
	return 0
}

func touch(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "acm", nil, false)
	if err != nil || len(o.values) < 1 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	return each(p, o.values, func(name string) error {
		if p.FS().Exists(p.Path(name)) {
			return p.FS().Chtimes(p.Path(name), time.Now())
		}
		if o.has("c") {
			return nil
		}
		return write(p, p.Path(name), nil, 0o644)
	})
}

func chmod(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "R", nil, true)
	if err != nil || len(o.values) < 2 {
		return usage(p, errors.Join(err, missing(o, 2)))
	}
	return each(p, o.values[1:], func(name string) error {
		perm, err := mode(o.values[0], p, name)
		if err != nil {
			return err
		}
		return p.FS().Chmod(p.Path(name), perm)
	})
}

// mode reads an octal mode, or one of the symbolic forms +x and -x.
func mode(text string, p *shell.Proc, name string) (fs.FileMode, error) {
	info, err := p.FS().Stat(p.Path(name))
	if err != nil {
		return 0, err
	}
	switch text {
	case "+x", "a+x":
		return info.Mode().Perm() | 0o111, nil
	case "u+x":
		return info.Mode().Perm() | 0o100, nil
	case "-x", "a-x":
		return info.Mode().Perm() &^ 0o111, nil
	}
	bits, err := strconv.ParseUint(text, 8, 12)
	if err != nil {
		return 0, errors.New("invalid mode: '" + text + "'")
	}
	return fs.FileMode(bits).Perm(), nil
}

// syncFiles has nothing to write back, but fails as the real one does for a
// file that is not there.
func syncFiles(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "df", nil, false)
	if err != nil {
		return usage(p, err)
	}
	if len(o.values) == 0 {
		p.FS().SyncAll()
		return 0
	}
	return each(p, o.values, func(name string) error { return p.FS().Sync(p.Path(name)) })
}

func truncate(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "s:", []string{"size="}, false)
	if err != nil || len(o.values) < 1 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	size, err := strconv.Atoi(o.value("s", "size"))
	if err != nil || size < 0 || size > 64<<20 {
		return usage(p, errors.New("invalid number: '"+o.value("s", "size")+"'"))
	}
	return each(p, o.values, func(name string) error {
		data, err := p.FS().ReadFile(p.Path(name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		sized := make([]byte, size)
		copy(sized, data)
		return write(p, p.Path(name), sized, 0o644)
	})
}
