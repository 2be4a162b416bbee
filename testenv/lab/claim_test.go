package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// sameName is a lab that has its name, and another of that name in another
// state folder.
func sameName(t *testing.T) (first, second Options) {
	t.Helper()
	dir := t.TempDir()
	first = Options{
		Name: "mine", Profile: "keystone", StateDir: filepath.Join(dir, "first"), CacheDir: filepath.Join(dir, "cache"), claims: filepath.Join(dir, "run"),
		Progress: func(step, detail string) { t.Errorf("did something: %s: %s", step, detail) },
	}
	first.host = &fakeHost{is: facts{}} // what is not refused by name is refused here
	require.NoError(t, first.paths().takeName())
	second = first
	second.StateDir = filepath.Join(dir, "second")
	return first, second
}

func TestALabOfTheSameNameElsewhereIsRefusedBeforeAnythingIsTouched(t *testing.T) {
	first, second := sameName(t)
	for what, do := range map[string]func() error{
		"up":     func() error { return Up(t.Context(), second) },
		"reset":  func() error { return Reset(t.Context(), second) },
		"down":   func() error { return Down(t.Context(), second) },
		"power":  func() error { return PowerOff(t.Context(), second, "ctl-1") },
		"status": func() error { _, err := ReadStatus(t.Context(), second); return err },
		"-i lab": func() error { _, err := Inventory(second); return err },
	} {
		err := do()
		require.ErrorIs(t, err, ErrTaken, what)
		require.ErrorContains(t, err, "eris lab down --name mine --state "+first.StateDir, what)
		require.NoDirExists(t, second.StateDir, what)
		require.NoDirExists(t, second.CacheDir, what)
	}
}

// After a restart of this machine both may be there, and neither has the name.
func TestALabOfTheSameNameElsewhereIsNotTakenForIt(t *testing.T) {
	_, second := sameName(t)
	require.NoError(t, os.MkdirAll(second.paths().dir, 0o700))
	require.NoError(t, writeStamp(second.paths(), stamp{Profile: "keystone"}))
	_, err := ReadStatus(t.Context(), second)
	require.ErrorIs(t, err, ErrTaken, "its nodes would be those of the first")
}

// An up or a reset that leaves nothing has no name either; one that leaves a folder
// keeps it, for the next up or down.
func TestALabThatDidNotComeAboutHasNoName(t *testing.T) {
	first, _ := sameName(t)
	require.NoError(t, os.MkdirAll(first.paths().dir, 0o700))
	failed := errors.New("no image")
	require.ErrorIs(t, nameless(t.Context(), first, failed), failed)
	owner, err := first.paths().owner()
	require.NoError(t, err)
	require.Equal(t, first.paths().dir, owner)
	require.NoError(t, os.Remove(first.paths().dir))
	require.ErrorIs(t, nameless(t.Context(), first, failed), failed)
	owner, err = first.paths().owner()
	require.NoError(t, err)
	require.Empty(t, owner)
}

func TestANameIsFreeAgainWhenItIsGivenBack(t *testing.T) {
	first, second := sameName(t)
	require.NoError(t, first.paths().takeName(), "its own")
	require.NoError(t, first.paths().taken())
	require.ErrorIs(t, second.paths().takeName(), ErrTaken)
	require.NoError(t, second.paths().giveNameBack(), "which is nothing: it is not its own")
	require.ErrorIs(t, second.paths().taken(), ErrTaken)
	require.NoError(t, first.paths().giveNameBack())
	require.NoError(t, first.paths().giveNameBack())
	require.NoError(t, second.paths().takeName())
	other := second
	other.Name, other.StateDir = "other", first.StateDir
	require.NoError(t, other.paths().takeName())
}

func TestOneOfManyGetsAName(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	var got atomic.Int32
	for i := range 20 {
		o := Options{Name: "mine", StateDir: filepath.Join(dir, fmt.Sprint(i)), claims: filepath.Join(dir, "run")}
		group.Go(func() {
			if o.paths().takeName() == nil {
				got.Add(1)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, got.Load())
}
