package service

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "service.stop",
			Summary: "stops a service and keeps it down",
			New:     func() faults.Fault { return &Stop{} },
		},
		{
			Name:    "service.kill",
			Summary: "kills a service's processes, and keeps it down unless told otherwise",
			New:     func() faults.Fault { return NewKill() },
		},
		{
			Name:    "service.freeze",
			Summary: "stops a service's processes from running without ending them",
			New:     func() faults.Fault { return &Freeze{} },
		},
		{
			Name:    "service.restart",
			Summary: "restarts a service once, and measures how long it was away",
			New:     func() faults.Fault { return &Restart{} },
		},
		{
			Name:    "service.reload",
			Summary: "has a service read its configuration again, and measures what that cost",
			New:     func() faults.Fault { return &Reload{} },
		},
		{
			Name:    "service.crash_loop",
			Summary: "kills a service's processes again and again",
			New:     func() faults.Fault { return NewCrashLoop() },
		},
	}
}
