package outside

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// What was sent and never confirmed may come after the fault is over: a balancer that
// gave up on it may have handed it to a server that was frozen. Then the fault's worker
// stays for a while, in a folder beside those of the living faults, and takes back what
// comes. Nobody waits for that, and the fault counts as over: whoever finds what comes
// after that is doctor.

// Lingering is an [Order] of which something may come after its undo was proven.
type Lingering interface {
	// LingerFor is how long from now on, 0 where nothing can come, or it has.
	LingerFor() time.Duration
	// LookAgain takes back what has come, and says what that was; empty for nothing.
	// Nobody looks after the last time.
	LookAgain(ctx context.Context, last bool) (what string, err error)
}

// lingerEvery is how often a worker looks again.
const lingerEvery = 5 * time.Second

// late is the folder of what is over and is still looked at.
const late = "late"

// lateOf is where a fault's folder is then.
func lateOf(f Folder) Folder {
	return Folder(filepath.Join(filepath.Dir(string(f)), late, filepath.Base(string(f))))
}

// lingers tells that the fault's worker is to stay when it is over. One whose last sign of
// life is old may be at the undo itself, which takes its time.
func (g *guard) lingers() bool {
	l, is := g.order.(Lingering)
	if !is || !g.Touched() || l.LingerFor() == 0 {
		return false
	}
	lives, err := g.worked()
	return lives && err == nil
}

// setAside keeps the stamps of a fault that is over as archive does, and has its folder
// where its worker looks for it. From the first moment on it is none of a living fault.
func (f Folder) setAside(id, history string) error {
	if err := f.history(id, history); err != nil {
		return err
	}
	to := lateOf(f)
	err := os.MkdirAll(filepath.Dir(string(to)), 0o700)
	if err == nil {
		err = os.Rename(string(f), string(to))
	}
	if err != nil {
		return f.fail("set aside", err)
	}
	return nil
}

// linger is the end of a worker's life: it looks again at what is over, as long as
// something may come. It ends when stop is closed or the folder is gone.
func linger(ctx context.Context, f Folder, family Family, stop <-chan struct{}) error {
	g, err := open(f, family)
	if errors.Is(err, os.ErrNotExist) {
		return nil // it was over for good
	}
	if err != nil {
		return err
	}
	order, is := g.order.(Lingering)
	if !is {
		return os.RemoveAll(string(f))
	}
	historyDir := filepath.Join(filepath.Dir(filepath.Dir(string(f))), "history")
	lookOn(ctx, order, stop, func(what string, wrong error) bool {
		if _, err := os.Stat(string(f)); err != nil {
			return false // whoever took it away wants no more of it
		}
		switch {
		case wrong != nil && wrong.Error() != string(readFile(f.File("wrong"))):
			_ = errors.Join(f.Write("wrong", wrong.Error()), f.Stamp("late-failed", "worker", wrong.Error())) // it is tried again
		case what != "":
			_ = f.Stamp("late", "worker", what) // a full disk must not keep it from looking
		default:
			return true
		}
		_ = f.history(g.ID, historyDir)
		return true
	})
	return os.RemoveAll(string(f))
}

// lookOn has an order look again until nothing can come any more. told hears what came
// and what went wrong, and says whether to go on.
func lookOn(ctx context.Context, order Lingering, stop <-chan struct{}, told func(what string, wrong error) bool) {
	for {
		left := order.LingerFor()
		what, err := order.LookAgain(ctx, left == 0)
		if !told(what, err) || left == 0 {
			return
		}
		timer := time.NewTimer(min(left, lingerEvery))
		select {
		case <-timer.C:
		case <-stop:
			timer.Stop()
			return
		}
	}
}

// forget removes what workers have set aside that live no more: doctor has told what
// they would have taken back.
func (k *Keeper) forget() {
	for id, looked := range k.aside() {
		if !looked {
			_ = os.RemoveAll(filepath.Join(k.Dir, late, id)) // asked again the next time
		}
	}
}

// aside are the ids of faults that are over and set aside, and whether a worker still looks
// at each: it has the lock of the file that says so.
func (k *Keeper) aside() map[string]bool {
	ids := map[string]bool{}
	entries, _ := os.ReadDir(filepath.Join(k.Dir, late)) // without it nothing was set aside
	for _, entry := range entries {
		lives, err := Folder(filepath.Join(k.Dir, late, entry.Name())).worked()
		ids[entry.Name()] = lives || err != nil
	}
	return ids
}

// strays are those of the family, with what has to be done where a worker of this machine
// still looks at one: nothing.
func (k *Keeper) strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) ([]Left, error) {
	left, err := k.Family.Strays(ctx, cloud, nodes, kept)
	looked := k.aside()
	_, restoring := k.Family.(Restoring)
	for i := range left {
		if w, told := k.witness(left[i].Node); told && restoring {
			left[i].What += "; it was " + w.String()
			left[i].Remedy = "eris heal, or " + left[i].Remedy
		}
		if looked[left[i].ID] {
			left[i].What += "; it is over, and a process on this machine takes back what may yet come of it"
			left[i].Remedy = "eris doctor, again in a quarter of an hour: by then that process has ended it"
		}
	}
	return left, err
}

func readFile(name string) []byte {
	text, _ := os.ReadFile(name) // none is empty
	return text
}
