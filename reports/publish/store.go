package publish

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
)

// Store is where a site is pushed to: a container of an object store, or the part of it
// whose names begin alike.
type Store interface {
	// Look tells the MD5 of an object's bytes in small hexadecimal digits, empty where
	// there is no object of that name, and whether Write has put it there.
	Look(ctx context.Context, name string) (sum string, own bool, err error)
	// List are the names of objects that begin so. One that was stored just now may be
	// missing.
	List(ctx context.Context, begin string) (names []string, err error)
	// Write stores an object of that content type, in place of one that is there; a
	// fresh one only where none is, which it says otherwise.
	Write(ctx context.Context, name, kind string, data []byte, fresh bool) (taken bool, err error)
	// Delete deletes an object, if it is there.
	Delete(ctx context.Context, name string) error
}

// TakenError says what is in a store in the place of a site and was not put there by eris
// publish. Nothing was sent.
type TakenError struct{ Names []string }

// Error names the first of them.
func (e *TakenError) Error() string {
	const most = 5
	text := "what eris publish has not put there has the names of pages: " + strings.Join(e.Names[:min(most, len(e.Names))], ", ")
	if more := len(e.Names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// ErrOther says that two publish to one place: what is there is of the other, or of both.
var ErrOther = errors.New("another eris publish writes there")

const (
	indexFile = "index.html"
	runsDir   = "runs/"
	// claimFile says in a store which publish was the last to begin there.
	claimFile = "eris-publish.txt"

	pageType, claimType = "text/html; charset=utf-8", "text/plain; charset=utf-8"
)

// claimOf is what is in the file.
func claimOf(writer string) []byte {
	return []byte("eris publish keeps a site here: it replaces its pages, and deletes those that are no more.\nlast: " + writer + "\n")
}

// isPage tells whether Write makes pages of that name.
func isPage(name string) bool {
	dir, file := path.Split(name)
	run, is := strings.CutSuffix(file, ".html")
	return name == indexFile || dir == runsDir && is && run != "" && plain(run) == run
}

// sumOf is what a store tells of these bytes.
func sumOf(data []byte) string {
	sum := md5.Sum(data) //nolint:gosec // it is what object stores tell of an object, and guards against mistakes alone
	return hex.EncodeToString(sum[:])
}
