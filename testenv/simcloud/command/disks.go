package command

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// disks are the programs for file systems and the room in them.
func disks() map[string]shell.Command {
	return map[string]shell.Command{"df": df, "fallocate": fallocate, "mount": mount, "umount": umount}
}

// df tells of the file system on which each path is.
func df(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "kPmi", nil, false)
	if err != nil {
		return usage(p, err)
	}
	unit, title := int64(1024), "1024-blocks"
	switch {
	case o.has("i"):
		p.Printf("Filesystem Inodes IUsed IFree IUse%% Mounted on\n")
	case o.has("m"):
		unit, title = 1<<20, "1048576-blocks"
		fallthrough
	default:
		p.Printf("Filesystem %s Used Available Capacity Mounted on\n", title)
	}
	return each(p, o.values, func(name string) error {
		s, err := p.FS().Statfs(p.Path(name))
		if err != nil {
			return err
		}
		size, used := s.Size/unit, (s.Used+unit-1)/unit
		if o.has("i") {
			size, used = s.Files, s.FilesUsed
		}
		p.Printf("%s %d %d %d %d%% %s\n", s.Source, size, used, max(size-used, 0), (used*100+max(size, 1)-1)/max(size, 1), s.Point)
		return nil
	})
}

// sizeOf reads 4096, 64K, 64KiB or 64MiB.
func sizeOf(text string) (int64, error) {
	digits := strings.TrimRight(text, "KMGiB")
	scale, known := map[string]int64{
		"": 1, "K": 1 << 10, "KiB": 1 << 10, "M": 1 << 20, "MiB": 1 << 20, "G": 1 << 30, "GiB": 1 << 30,
	}[text[len(digits):]]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !known || n < 0 {
		return 0, errors.New("invalid size: '" + text + "'")
	}
	return n * scale, nil
}

// fallocate gives a file room up to a size.
func fallocate(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "l:", []string{"length="}, false)
	if err != nil || len(o.values) != 1 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	size, err := sizeOf(o.value("l", "length"))
	if err != nil || size == 0 {
		return usage(p, errors.Join(err, errors.New("no length argument specified")))
	}
	file, err := p.FS().Open(p.Path(o.values[0]), os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		p.Errorf("fallocate: cannot open %s: %s", o.values[0], cause(err))
		return 1
	}
	err = file.Allocate(size)
	if err = errors.Join(err, file.Close()); err != nil {
		p.Errorf("fallocate: fallocate failed: %s", cause(err))
		return 1
	}
	return 0
}

// mount remounts read-only or writable, and mounts a tmpfs.
func mount(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "t:o:", nil, false)
	if err != nil || len(o.values) == 0 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	given := map[string]string{}
	for option := range strings.SplitSeq(o.value("o"), ",") {
		name, value, _ := strings.Cut(option, "=")
		given[name] = value
	}
	_, remount := given["remount"]
	_, readOnly := given["ro"]
	point := p.Path(o.values[len(o.values)-1])
	switch {
	case remount:
		err = p.FS().Remount(point, readOnly)
	case o.value("t") == "tmpfs" && len(o.values) == 2:
		v := &memfs.Volume{Source: o.values[0], Kind: "tmpfs", Number: "0:50"}
		if text := given["size"]; text != "" {
			v.Size, err = sizeOf(strings.ToUpper(text))
		}
		if text := given["nr_inodes"]; text != "" && err == nil {
			v.Files, err = strconv.ParseInt(text, 10, 64)
		}
		if err == nil {
			err = p.FS().Mount(v, point)
		}
	default:
		err = errors.New("only remounts and a tmpfs can be mounted")
	}
	if err != nil {
		what := cause(err)
		if what == "Device or resource busy" {
			what = "mount point is busy."
		}
		p.Errorf("mount: %s: %s", point, what)
		return 32
	}
	return 0
}

func umount(_ context.Context, p *shell.Proc) int {
	code := 0
	for _, name := range p.Args[1:] {
		if err := p.FS().Unmount(p.Path(name)); err != nil {
			p.Errorf("umount: %s: %s", name, cause(err))
			code = 32
		}
	}
	return code
}
