package link

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Status is link.http_status: requests of the client's are answered with a status of
// HTTP, and the service gets nothing of them. All of them, or a share, which is drawn:
// so many of each hundred. The other ones are passed on, each on a connection of its
// own, so that each can be drawn for. It is of plain HTTP: what is no request of
// HTTP/1 is passed on and told.
type Status struct {
	Link   `yaml:",inline"`
	Status int              `yaml:"status" help:"that is answered, 400 to 599 (default 503)"`
	Share  document.Percent `yaml:"share" help:"of the requests that are answered so, in whole percent (default 100%)"`
}

// NewStatus returns the defaults: 503 for all.
func NewStatus() *Status { return &Status{Status: 503, Share: 1} }

// Validate refuses what names no connections, and what is no status or share.
func (s *Status) Validate() error { return errors.Join(s.check(), s.answers()) }

func (s *Status) answers() error {
	wrong := []error{checkShare(s.Share)}
	if s.Status < 400 || s.Status > 599 {
		wrong = append(wrong, fmt.Errorf("status: %d is not from 400 to 599", s.Status))
	}
	return errors.Join(wrong...)
}

// Sizes are the share of the requests that is answered so.
func (s *Status) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "answered", Unit: "ratio", Asked: new(float64(s.Share)), Seen: ` asked, (\d+) of (?P<of>\d+)`},
	}
}

// Scripts returns the steps for a client that runs as a systemd unit.
func (s *Status) Scripts(target faults.Target) (faults.Scripts, error) {
	status := strconv.Itoa(s.Status)
	return s.scripts(target, effect{
		kind: "http_status", first: status, second: "0", share: share(s.Share),
		verb: "is answered with a status", asked: status + " for " + some(s.Share, "request"), http: true,
	}, s.answers())
}
