package api

import (
	"net/http"
	"strings"
	"time"
)

const (
	heatWork  = 25 * time.Millisecond
	stackTime = 900 * time.Millisecond // that an engine takes for what a stack was told
	stackMost = 512                    // max_stacks_per_tenant
)

// orchestration is what Heat has in its database.
type orchestration struct {
	stacks  map[string]*stack
	allowed int // stacks of a project
}

// stack is one of a project's. Its state follows from the time, while there is an
// engine.
type stack struct {
	id, name, project string
	tags              []string
	types             map[string]string // of the resources, by their names
	action            string            // that it was told last: CREATE, UPDATE or DELETE
	made, changed     time.Time
	due               time.Time // when that is done
}

func newOrchestration() orchestration {
	return orchestration{stacks: map[string]*stack{}, allowed: stackMost}
}

// status is in Heat's words.
func (s *stack) status(now time.Time) string {
	if now.Before(s.due) {
		return s.action + "_IN_PROGRESS"
	}
	return s.action + "_COMPLETE"
}

// gone tells whether it has been deleted. Heat goes on to show it by its id.
func (s *stack) gone(now time.Time) bool { return s.status(now) == "DELETE_COMPLETE" }

func (s *stack) view(c *call) object {
	now := time.Now()
	row := object{
		"id": s.id, "stack_name": s.name, "stack_status": s.status(now), "description": "No description", "creation_time": iso(s.made), "updated_time": nil,
		"stack_status_reason": map[bool]string{true: "Stack " + s.action + " started", false: "Stack " + s.action + " completed successfully"}[now.Before(s.due)],
		"tags":                s.tags, "stack_owner": nil, "parent": nil, "deletion_time": nil, "stack_user_project_id": s.project, "links": []object{{"rel": "self", "href": s.href(c)}},
	}
	if s.changed.After(s.made) {
		row["updated_time"] = iso(s.changed)
	}
	if s.gone(now) {
		row["deletion_time"] = iso(s.due)
	}
	return row
}

func (s *stack) href(c *call) string {
	return c.base() + "/v1/" + s.project + "/stacks/" + s.name + "/" + s.id
}

func (s *Service) heat() {
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(http.StatusMultipleChoices, object{"versions": []object{{"id": "v1.0", "status": "CURRENT", "links": []object{{"rel": "self", "href": c.base() + "/v1/"}}}}})
	})
	const stacks = " /v1/{project}/stacks"
	s.orchestrates("GET"+stacks, listStacks)
	s.orchestrates("POST"+stacks, createStack)
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		s.orchestrates(method+stacks+"/{name}", func(c *call) { c.whereStack("") })
	}
	for _, below := range []string{"", "/resources", "/events"} { // of one by its name, or its id
		s.orchestrates("GET"+stacks+"/{name}"+below, func(c *call) { c.whereStack(below) })
	}
	s.orchestrates("GET"+stacks+"/{name}/{id}", func(c *call) {
		if one := c.stack(); one != nil {
			c.json(http.StatusOK, object{"stack": one.view(c)})
		}
	})
	s.orchestrates("PUT"+stacks+"/{name}/{id}", updateStack)
	s.orchestrates("DELETE"+stacks+"/{name}/{id}", func(c *call) {
		switch one := c.stack(); {
		case one == nil:
		case one.gone(time.Now()):
			c.noStack()
		case one.action != "DELETE":
			one.told("DELETE")
			fallthrough
		default:
			c.w.WriteHeader(http.StatusNoContent)
		}
	})
	s.orchestrates("GET"+stacks+"/{name}/{id}/resources", stackResources)
	s.orchestrates("GET"+stacks+"/{name}/{id}/events", stackEvents)
}

// orchestrates serves a pattern of the project's own, which Heat's API has answered by
// an engine.
func (s *Service) orchestrates(pattern string, answer func(*call)) {
	reads := strings.HasPrefix(pattern, "GET ")
	s.handle(pattern, need{work: heatWork, write: !reads}, func(c *call) {
		if c.r.PathValue("project") != c.token.Project {
			c.faulted(http.StatusForbidden, "Forbidden", "You are not authorized to complete this action.")
			return
		}
		if err := s.host.Asked(c.r.Context(), "heat-engine"); err != nil {
			if c.r.Context().Err() == nil {
				c.faulted(http.StatusInternalServerError, "MessagingTimeout", "Timed out waiting for a reply to message ID "+strings.ReplaceAll(s.store.NewID(), "-", ""))
			}
			return
		}
		kept := &kept{ResponseWriter: c.w}
		c.w = kept
		s.store.mu.Lock()
		func() {
			defer s.store.mu.Unlock()
			s.store.advance(time.Now())
			answer(c)
		}()
		kept.send()
	})
}

// faulted answers with an error in Heat's form.
func (c *call) faulted(status int, kind, message string) {
	explanation := map[int]string{
		400: "The server could not comply with the request since it is either malformed or otherwise incorrect.", 403: "Access was denied to this resource.",
		404: "The resource could not be found.", 409: "There was a conflict when trying to complete your request.",
		500: "The server has either erred or is incapable of performing the requested operation.",
	}[status]
	c.json(status, object{"code": status, "title": http.StatusText(status), "explanation": explanation, "error": object{"type": kind, "message": message, "traceback": nil}})
}

func (c *call) noStack() {
	c.faulted(http.StatusNotFound, "EntityNotFound", "The Stack ("+c.r.PathValue("name")+") could not be found.")
}

// stack is the one that a request is about; otherwise the answer has been made. The
// caller holds the lock.
func (c *call) stack() *stack {
	one := c.service.store.stacks[c.r.PathValue("id")]
	if one == nil || one.name != c.r.PathValue("name") || one.project != c.token.Project {
		c.noStack()
		return nil
	}
	return one
}
