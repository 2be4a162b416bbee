package logged

import (
	"regexp"
	"slices"
	"strings"
)

// grown is what came between two marks to a file that is there at the end: a file is its id,
// and may have had another name. One that was shorter later was begun anew, and so was a name
// that had another id; what it was before is gone, unless that id is there under another
// name, or a copy of it.
func grown(f file, from, to, end *mark) (piece, []string) {
	var lost []string
	if old, known := from.at(f.path); known && old.id != f.id {
		if _, there := end.same(old); !there {
			lost = []string{f.path + begunAnew}
		}
	}
	now, there := to.same(f)
	if !there {
		return piece{}, lost
	}
	was, known := from.same(f)
	switch original, is := copied(f, from, end); {
	case packed.MatchString(f.path):
		if now.size == was.size {
			return piece{}, lost
		}
		return piece{}, append(lost, f.path+": it was packed during the run, and is not searched")
	case known && now.size < was.size:
		if !hasCopy(f, from, end) {
			lost = []string{f.path + begunAnew}
		}
		was = file{}
	case is:
		was.size = min(original.size, now.size)
		if cut, there := end.same(original); there && cut.size >= original.size {
			lost = append(lost, original.path+": it was copied during the run, and is as long as it was: lines of it may be missing, or stand in "+f.path+" as well")
		}
	}
	return piece{source: f.path, path: f.path, from: was.size, length: now.size - was.size}, lost
}

const begunAnew = ": it was begun anew during the run, and what stood in it before is not searched"

// packed are files that are no text any more.
var packed = regexp.MustCompile(`\.(gz|xz|bz2|zst|Z)$`)

// copied tells of which file a new one is the copy that a rotation has made before it cut that one
// (copytruncate): it has its name and a number behind it, and the other one is still there.
func copied(f file, from, end *mark) (original file, is bool) {
	if _, known := from.same(f); known {
		return file{}, false
	}
	i := slices.IndexFunc(from.files, func(old file) bool {
		still, there := end.at(old.path)
		return there && still.id == old.id && rotated(f.path, old.path)
	})
	if i < 0 {
		return file{}, false
	}
	return from.files[i], true
}

// hasCopy tells whether a copy of a file was made, and can be read.
func hasCopy(f file, from, end *mark) bool {
	return slices.ContainsFunc(end.files, func(other file) bool {
		original, is := copied(other, from, end)
		return is && original.id == f.id && !packed.MatchString(other.path)
	})
}

// rotated tells whether a name is that of another file with a number behind it, as logrotate gives
// it.
func rotated(name, of string) bool {
	rest, is := strings.CutPrefix(name, of)
	if !is {
		if rest, is = strings.CutPrefix(name, strings.TrimSuffix(of, ".log")); !is || !strings.HasSuffix(name, ".log") || !strings.HasPrefix(rest, "-") {
			return false
		}
	}
	return len(rest) > 1 && strings.ContainsAny(rest[:1], ".-") && rest[1] >= '0' && rest[1] <= '9'
}
