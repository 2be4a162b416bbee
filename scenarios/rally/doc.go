// Package rally makes scenarios of the task files of Rally, OpenStack's benchmark:
// of each workload of a task one, since Rally runs them one after the other.
//
// A task is a Jinja2 template of YAML or JSON, of version 1 or 2 of Rally's format.
// Whatever of it a scenario cannot have is in the list of notes, by its name, with
// its place and the reason; nothing is left out in silence.
package rally
