package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// imagePath is where the root file system of a profile is cached: by a hash
// of everything that goes into it, so that a changed package list makes a new
// one and an unchanged one is never built twice.
func imagePath(o Options, p *Profile) string {
	sum := sha256.New()
	for _, part := range []string{"suite " + p.Suite, strings.Join(p.packages(), " "), script("image.sh"), script("init.sh")} {
		fmt.Fprintf(sum, "%d\n%s\n", len(part), part)
	}
	return filepath.Join(o.CacheDir, "images", p.Suite+"-"+hex.EncodeToString(sum.Sum(nil))[:16])
}

// script is one of the embedded shell scripts.
func script(name string) string {
	text, err := fs.ReadFile(builtin, "scripts/"+name)
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	return string(text)
}

// ensureImage builds the image unless it is cached. It is built under another
// name and renamed when complete; two builders wait for one another.
func ensureImage(ctx context.Context, o Options, p *Profile) (string, error) {
	image := imagePath(o, p)
	if _, err := os.Stat(image); err == nil { // it has its name once it is complete
		o.Progress("image", "cached in "+image)
		return image, nil
	}
	unlock, err := lock(ctx, filepath.Join(o.CacheDir, "image.lock"), func() {
		o.Progress("image", "another eris builds one; waiting for it")
	})
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(image); err == nil {
		o.Progress("image", "cached in "+image)
		return image, nil
	}
	if err := removeHalfBuilt(filepath.Dir(image)); err != nil {
		return "", err
	}
	m, err := hostMirror(ctx, p.Suite)
	if err != nil {
		return "", err
	}
	o.Progress("image", fmt.Sprintf("building Debian %s with %d packages from %s (%d MiB of room, once)", p.Suite, len(p.packages()), m.base, p.Room.Image))
	building := image + ".building"
	err = buildImage(ctx, o, p, m, building)
	if err == nil {
		_, err = run(ctx, "sync", "--file-system", building) // a name must not be on disk before what it names
	}
	if err != nil {
		return "", fmt.Errorf("build image: %w", err)
	}
	if err := os.Rename(building, image); err != nil {
		return "", fmt.Errorf("build image: %w", err)
	}
	return image, nil
}

// removeHalfBuilt takes away what a builder left that was cut off, and what was
// half removed. Its mounts were in its own mount namespace and went with it.
func removeHalfBuilt(dir string) error {
	left, _ := filepath.Glob(filepath.Join(dir, "*.building*")) // with its log
	half, _ := filepath.Glob(filepath.Join(dir, "*.removing"))
	for _, path := range append(left, half...) {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("remove half-built image: %w", err)
		}
	}
	return nil
}

func buildImage(ctx context.Context, o Options, p *Profile, m mirror, root string) error {
	debs := filepath.Join(o.CacheDir, "packages")
	for _, dir := range []string{filepath.Join(debs, "partial"), root} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
	}
	log, err := os.Create(root + ".log")
	if err != nil {
		return fmt.Errorf("make log: %w", err)
	}
	// Its own mount and process namespaces: whatever the packages' scripts
	// start or mount ends with the build, also when this process is killed.
	err = runTo(ctx, io.MultiWriter(log, &stepWriter{report: func(line string) { o.Progress("image", line) }}), log,
		"unshare", "--mount", "--pid", "--fork", "--kill-child", "--",
		"sh", "-eu", "-c", script("image.sh"), "image",
		root, p.Suite, m.base, debs, strings.Join(m.lines, "\n"), m.options,
		strings.Join(p.packages(), " "), script("init.sh"))
	if err = errors.Join(err, log.Close()); err != nil {
		return fmt.Errorf("%w\nall that was printed is in %s", err, log.Name())
	}
	return os.Remove(log.Name())
}

// stepWriter picks the lines that a script marks as a step.
type stepWriter struct {
	report func(string)
	rest   string
}

func (w *stepWriter) Write(b []byte) (int, error) {
	text := w.rest + string(b)
	for {
		line, rest, whole := strings.Cut(text, "\n")
		if !whole {
			w.rest = line
			return len(b), nil
		}
		if step, marked := strings.CutPrefix(line, "== "); marked {
			w.report(step)
		}
		text = rest
	}
}
