package operator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openstack-eris/eris/document"
)

// MaxSize is the longest that one script may be, in bytes. Three of them travel
// to preflight as one argument each, of which the kernel takes 128 KiB.
const MaxSize = 64 << 10

// The steps that a script can be for.
const (
	preflight   = "preflight"
	fingerprint = "fingerprint"
	prepare     = "prepare"
	inject      = "inject"
	observe     = "observe"
	undo        = "undo"
	verify      = "verify"
)

func steps() []string {
	return []string{preflight, fingerprint, prepare, inject, observe, undo, verify}
}

// own is one of the operator's scripts.
type own struct {
	file        string // as it is called in its folder
	text        string
	sum         string // hex sha256 of text
	interpreter []string
}

// read takes in a folder's scripts by step, and says all that is wrong with it.
func read(folder string) (map[string]own, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read scripts: %w", err)
	}
	set := map[string]own{}
	var wrong []error
	for _, entry := range entries {
		name := entry.Name()
		step, _, _ := strings.Cut(name, ".")
		switch {
		case step == "" || step == "README": // hidden, or for people
			continue
		case !slices.Contains(steps(), step):
			wrong = append(wrong, fmt.Errorf("%s is no step; %s", filepath.Join(folder, name), document.Suggest(step, steps())))
			continue
		case set[step].file != "":
			wrong = append(wrong, fmt.Errorf("%s: %s and %s are for one step", folder, set[step].file, name))
			continue
		}
		one, err := readOne(folder, name)
		if err != nil {
			wrong = append(wrong, err)
		}
		set[step] = one
	}
	for _, step := range []string{inject, observe} {
		if set[step].file == "" {
			wrong = append(wrong, fmt.Errorf("%s has no script %s", folder, step))
		}
	}
	return set, errors.Join(wrong...)
}

func readOne(folder, name string) (own, error) {
	one := own{file: name}
	path := filepath.Join(folder, name)
	info, err := os.Stat(path)
	if err != nil {
		return one, fmt.Errorf("read script: %w", err)
	}
	if !info.Mode().IsRegular() {
		return one, fmt.Errorf("%s is no file", path)
	}
	if info.Size() > MaxSize {
		return one, fmt.Errorf("%s has %d bytes, and a script has at most %d", path, info.Size(), MaxSize)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return one, fmt.Errorf("read script: %w", err)
	}
	switch {
	case len(data) > MaxSize:
		return one, fmt.Errorf("%s grew beyond %d bytes while it was read", path, MaxSize)
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return one, fmt.Errorf("%s is no text", path)
	}
	sum := sha256.Sum256(data)
	one.text, one.sum = string(data), hex.EncodeToString(sum[:])
	if one.interpreter, err = interpreter(one.text); err != nil {
		return one, fmt.Errorf("%s: %w", path, err)
	}
	return one, nil
}

// document is the script as a shell writes it to $own, byte for byte but for a
// line break at its end.
func (o own) document() string {
	end := "ERIS_" + o.sum
	return "cat >\"$own\" <<'" + end + "' || exit 1\n" + strings.TrimSuffix(o.text, "\n") + "\n" + end + "\n"
}
