package nova

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/collectors/record"
)

// How leftovers are looked after.
const (
	leftMost = 1000                   // that are remembered; Close finds the others by their names
	again    = time.Second            // between two attempts to delete
	oneCall  = 20 * time.Second       // the longest one
	look     = 500 * time.Millisecond // between two looks at what is left
	settle   = 3 * time.Second        // that nothing is left when Nova may still make one
)

// sweeper deletes the servers that failed iterations left, one at a time and
// beside the load: otherwise the project's quota would end the load for reasons
// that are not the cloud's.
type sweeper struct {
	left    chan string // ids
	cut     context.CancelFunc
	running sync.WaitGroup
}

// startSweeper begins to delete, by a function that is false when it has to be
// called again. The sweeper outlives ctx and ends at stop.
func startSweeper(ctx context.Context, remove func(context.Context, string) bool) *sweeper {
	life, cut := context.WithCancel(context.WithoutCancel(ctx))
	w := &sweeper{left: make(chan string, leftMost), cut: cut}
	w.running.Go(func() {
		for {
			select {
			case id := <-w.left:
				call, done := context.WithTimeout(life, oneCall)
				if !remove(call, id) {
					w.take(id)
					_ = pause(life, again) // it ends with the session
				}
				done()
			case <-life.Done():
				return
			}
		}
	})
	return w
}

// take has a server deleted. It never blocks.
func (w *sweeper) take(id string) {
	select {
	case w.left <- id:
	default:
	}
}

// stop ends the sweeper and waits for it.
func (w *sweeper) stop() {
	w.cut()
	w.running.Wait()
}

// sweep deletes one server; false when it has to be asked again.
func (s *booting) sweep(ctx context.Context, id string) bool {
	o := s.askToDelete(ctx, id)
	return o.Class == record.OK || o.Status == notFound
}

// Close deletes every server that bears the session's name and waits until
// none is left. Those that stay until ctx ends are named in the error.
func (s *booting) Close(ctx context.Context) error {
	defer s.client.Close()
	s.sweeper.stop()
	if !s.asked.Load() {
		return nil
	}
	quiet := time.Now()
	var seen []servers.Server // when it was last answered
	for {
		left, err := s.leftovers(ctx)
		if err == nil {
			seen = left
		}
		for _, server := range left {
			if o := s.askToDelete(ctx, server.ID); o.Class != record.OK && o.Status != notFound {
				err = errors.Join(err, o.Err)
			}
		}
		if err != nil || len(left) > 0 {
			quiet = time.Now()
		} else if !s.unsure.Load() || time.Since(quiet) >= settle {
			return nil
		}
		if late := pause(ctx, look); late != nil {
			return s.residue(seen, errors.Join(err, late))
		}
	}
}

// leftovers lists the session's servers.
func (s *booting) leftovers(ctx context.Context) ([]servers.Server, error) {
	var mine []servers.Server
	list := servers.ListSimple(s.nova, servers.ListOpts{Name: "^" + s.prefix})
	err := list.EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
		found, err := servers.ExtractServers(page)
		for _, server := range found {
			if strings.HasPrefix(server.Name, s.prefix) {
				mine = append(mine, server)
			}
		}
		return true, err
	})
	return mine, err
}

func (s *booting) residue(left []servers.Server, err error) error {
	if len(left) == 0 {
		return fmt.Errorf("it is not known whether servers named %s… are left: %w", s.prefix, err)
	}
	names := make([]string, len(left))
	for i, server := range left {
		names[i] = server.Name
	}
	return fmt.Errorf("servers are left: %s: %w", strings.Join(names, ", "), err)
}
