package publish_test

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/reports/publish"
)

// shelf is a store in memory that keeps what was done to it.
type shelf struct {
	objects map[string]string
	own     map[string]bool
	done    []string                             // "PUT name", "DELETE name"
	before  func(what, name string) error        // of each change; nil: all are well
	after   func(what, name string) (lost error) // of each change that was made
}

func newShelf() *shelf { return &shelf{objects: map[string]string{}, own: map[string]bool{}} }

var errDown = errors.New("it is down")

func (s *shelf) Look(_ context.Context, name string) (string, bool, error) {
	text, there := s.objects[name]
	if !there {
		return "", false, nil
	}
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:]), s.own[name], nil
}

func (s *shelf) List(_ context.Context, begin string) ([]string, error) {
	return slices.DeleteFunc(s.names(), func(name string) bool { return !strings.HasPrefix(name, begin) }), nil
}

func (s *shelf) change(what, name string, change func()) error {
	if s.before != nil {
		if err := s.before(what, name); err != nil {
			return err
		}
	}
	change()
	s.done = append(s.done, what+" "+name)
	if s.after != nil {
		return s.after(what, name)
	}
	return nil
}

func (s *shelf) Write(_ context.Context, name, kind string, data []byte, fresh bool) (bool, error) {
	if want := map[bool]string{true: "text/plain; charset=utf-8", false: "text/html; charset=utf-8"}[strings.HasSuffix(name, ".txt")]; kind != want {
		return false, fmt.Errorf("%s is of type %s", name, kind)
	}
	if _, there := s.objects[name]; there && fresh {
		return true, nil
	}
	return false, s.change("PUT", name, func() { s.objects[name], s.own[name] = string(data), true })
}

func (s *shelf) Delete(_ context.Context, name string) error {
	return s.change("DELETE", name, func() { delete(s.objects, name) })
}

// puts is somebody else who puts something there.
func (s *shelf) puts(name, text string) { s.objects[name], s.own[name] = text, false }

// names are those of what is there.
func (s *shelf) names() []string { return slices.Sorted(maps.Keys(s.objects)) }

// pages is a site whose pages have texts: index.html and runs/NAME.html.
func pages(index string, runs map[string]string) fstest.MapFS {
	site := fstest.MapFS{"index.html": {Data: []byte(index)}}
	for name, text := range runs {
		site["runs/"+name+".html"] = &fstest.MapFile{Data: []byte(text)}
	}
	return site
}

func pushed(t *testing.T, to *shelf, site fstest.MapFS) publish.Pushed {
	t.Helper()
	to.done = nil
	done, err := publish.Push(t.Context(), to, site, false, nil)
	require.NoError(t, err)
	return done
}

func TestThePagesAreSentBeforeTheIndexAndWhatIsGoneIsDeletedAfterIt(t *testing.T) {
	to := newShelf()
	to.puts("notes", "somebody's")
	to.puts("runs/mine.html", "somebody's")
	require.Equal(t, publish.Pushed{Sent: []string{"runs/a.html", "runs/b.html", "index.html"}}, pushed(t, to, pages("one", map[string]string{"a": "1", "b": "2"})))
	require.Equal(t, []string{"PUT eris-publish.txt", "PUT runs/a.html", "PUT runs/b.html", "PUT index.html"}, to.done)

	done := pushed(t, to, pages("two", map[string]string{"b": "2", "c": "3"}))
	require.Equal(t, publish.Pushed{
		Sent: []string{"runs/c.html", "index.html"}, Same: []string{"runs/b.html"}, Deleted: []string{"runs/a.html"}, Earlier: true,
	}, done)
	require.True(t, done.NewIndex())
	require.Equal(t, []string{"PUT eris-publish.txt", "PUT runs/c.html", "PUT index.html", "DELETE runs/a.html"}, to.done)
	require.Equal(t, []string{"eris-publish.txt", "index.html", "notes", "runs/b.html", "runs/c.html", "runs/mine.html"}, to.names())
	require.Equal(t, "somebody's", to.objects["notes"])
	require.Equal(t, "two", to.objects["index.html"])
}

// While a record cannot be read nothing of an earlier site is deleted, and what stays is told.
func TestWhatIsToBeKeptStays(t *testing.T) {
	to := newShelf()
	pushed(t, to, pages("one", map[string]string{"a": "1", "b": "2"}))
	to.puts("runs/mine.html", "somebody's")
	done, err := publish.Push(t.Context(), to, pages("two", map[string]string{"b": "2"}), true, nil)
	require.NoError(t, err)
	require.Equal(t, publish.Pushed{Sent: []string{"index.html"}, Same: []string{"runs/b.html"}, Kept: []string{"runs/a.html"}, Earlier: true}, done)
	require.Equal(t, []string{"eris-publish.txt", "index.html", "runs/a.html", "runs/b.html", "runs/mine.html"}, to.names())
	require.Equal(t, []string{"runs/a.html"}, pushed(t, to, pages("two", map[string]string{"b": "2"})).Deleted)
}

func TestWhatIsNotOfAPublishIsRefusedBeforeAnythingIsSent(t *testing.T) {
	for _, name := range []string{"index.html", "runs/a.html", "eris-publish.txt"} {
		for _, earlier := range []bool{false, true} {
			to := newShelf()
			if earlier {
				pushed(t, to, pages("one", map[string]string{"a": "1"}))
			}
			to.puts(name, "mine")
			before := maps.Clone(to.objects)
			_, err := publish.Push(t.Context(), to, pages("two", map[string]string{"a": "2", "b": "3"}), false, nil)
			var taken *publish.TakenError
			require.ErrorAs(t, err, &taken)
			require.Equal(t, []string{name}, taken.Names)
			require.ErrorContains(t, err, "what eris publish has not put there has the names of pages: "+name)
			require.Equal(t, before, to.objects)
		}
	}
}

func TestWhatSomebodyHasPutInThePlaceOfAnOldReportIsNotDeleted(t *testing.T) {
	to := newShelf()
	pushed(t, to, pages("one", map[string]string{"a": "1", "b": "2", "c": "3"}))
	to.puts("runs/b.html", "with a note of mine")
	require.Equal(t, []string{"runs/c.html"}, pushed(t, to, pages("two", map[string]string{"a": "1"})).Deleted)
	require.Equal(t, "with a note of mine", to.objects["runs/b.html"])
}

func TestWhatSomebodyPutsThereInTheMiddleIsNotReplaced(t *testing.T) {
	to := newShelf()
	to.before = func(_, name string) error {
		if name == "runs/a.html" {
			to.puts("runs/b.html", "mine")
		}
		return nil
	}
	done, err := publish.Push(t.Context(), to, pages("one", map[string]string{"a": "1", "b": "2"}), false, nil)
	require.ErrorContains(t, err, "send runs/b.html: somebody else has put something there just now")
	require.Equal(t, publish.Pushed{Sent: []string{"runs/a.html"}}, done)
	require.Equal(t, "mine", to.objects["runs/b.html"])
	require.NotContains(t, to.objects, "index.html")
}

func TestWhateverChangeFailsTheSiteIsUsableAndThePushCanBeDoneAgain(t *testing.T) {
	first, second := pages("one", map[string]string{"a": "1", "b": "2"}), pages("two", map[string]string{"b": "2 again", "c": "3"})
	for _, stored := range []bool{false, true} { // the change was made, and its answer is lost
		for failing := 1; ; failing++ {
			to := newShelf()
			pushed(t, to, first)
			changes := 0
			fail := func(string, string) error {
				if changes++; changes >= failing {
					return errDown
				}
				return nil
			}
			if to.before = fail; stored {
				to.before, to.after = nil, fail
			}
			to.done = nil
			done, err := publish.Push(t.Context(), to, second, false, nil)
			if changes < failing {
				require.NoError(t, err)
				break
			}
			require.ErrorIs(t, err, errDown)
			sent := 0
			for _, each := range to.done {
				if name, put := strings.CutPrefix(each, "PUT "); put && name != "eris-publish.txt" && name != done.Failed {
					require.Equal(t, name, done.Sent[sent], "what was sent is told")
					sent++
				}
			}
			require.Len(t, done.Sent, sent)
			for _, run := range map[string][]string{"one": {"a", "b"}, "two": {"b", "c"}}[to.objects["index.html"]] {
				require.Contains(t, to.objects, "runs/"+run+".html", "an index leads nowhere after change %d", failing)
			}
			require.Equal(t, done.NewIndex(), to.objects["index.html"] == "two" && done.Failed != "index.html")
			to.before, to.after = nil, nil
			pushed(t, to, second)
			require.Equal(t, []string{"eris-publish.txt", "index.html", "runs/b.html", "runs/c.html"}, to.names(), "after change %d", failing)
			require.Equal(t, []string{"two", "2 again"}, []string{to.objects["index.html"], to.objects["runs/b.html"]})
		}
	}
}

func TestOfTwoThatPublishToOnePlaceTheFirstStops(t *testing.T) {
	for _, at := range []string{"PUT runs/b.html", "PUT index.html", "DELETE runs/a.html"} {
		to := newShelf()
		pushed(t, to, pages("one", map[string]string{"a": "1", "old": "1"}))
		others := pages("others", map[string]string{"c": "3"})
		to.before = func(what, name string) error {
			if what+" "+name == at {
				to.before = nil
				pushed(t, to, others)
			}
			return nil
		}
		_, err := publish.Push(t.Context(), to, pages("mine", map[string]string{"b": "2"}), false, nil)
		require.ErrorIs(t, err, publish.ErrOther, at)
		require.Contains(t, to.objects, "runs/c.html", at)
		if at != "PUT index.html" {
			require.Equal(t, "others", to.objects["index.html"], "it is not replaced after the other has begun")
		}
		pushed(t, to, others)
		require.Equal(t, []string{"eris-publish.txt", "index.html", "runs/c.html"}, to.names(), at)
		require.Equal(t, "others", to.objects["index.html"])
	}
}

func TestASiteIsNoOtherFolder(t *testing.T) {
	for says, site := range map[string]fstest.MapFS{
		"notes is no page of a site":     {"index.html": {Data: []byte("a")}, "notes": {Data: []byte("b")}},
		"there is no index.html":         {"runs/a.html": {Data: []byte("a")}},
		"runs/a b.html is no page":       {"index.html": {Data: []byte("a")}, "runs/a b.html": {}},
		"runs/x/y.html is no page":       {"index.html": {Data: []byte("a")}, "runs/x/y.html": {}},
		"elsewhere.html is no page of":   {"index.html": {Data: []byte("a")}, "elsewhere.html": {}},
		"eris-publish.txt is no page of": {"index.html": {Data: []byte("a")}, "eris-publish.txt": {}},
	} {
		to := newShelf()
		_, err := publish.Push(t.Context(), to, site, false, nil)
		require.ErrorContains(t, err, says)
		require.Empty(t, to.objects)
	}
}
