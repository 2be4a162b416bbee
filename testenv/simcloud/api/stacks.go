package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"
)

func listStacks(c *call) {
	query, now, rows := c.r.URL.Query(), time.Now(), []object{}
	for _, id := range slices.Sorted(maps.Keys(c.service.store.stacks)) {
		one := c.service.store.stacks[id]
		tags := query.Get("tags")
		switch {
		case one.project != c.token.Project, one.gone(now):
		case query.Get("name") != "" && query.Get("name") != one.name:
		case tags != "" && slices.ContainsFunc(strings.Split(tags, ","), func(tag string) bool { return !slices.Contains(one.tags, tag) }):
		default:
			rows = append(rows, one.view(c))
		}
	}
	c.json(http.StatusOK, object{"stacks": rows})
}

// whereStack says where a stack is, or what is below it.
func (c *call) whereStack(below string) {
	for _, one := range c.service.store.stacks {
		if one.project != c.token.Project || one.id != c.r.PathValue("name") && (one.name != c.r.PathValue("name") || one.gone(time.Now())) {
			continue
		}
		at := one.href(c) + below
		if c.r.URL.RawQuery != "" {
			at += "?" + c.r.URL.RawQuery
		}
		c.w.Header().Set("Location", at)
		c.json(http.StatusFound, object{"code": "302 Found", "message": "The resource was found at " + at, "title": "Found"})
		return
	}
	c.noStack()
}

func stackResources(c *call) {
	one := c.stack()
	if one == nil {
		return
	}
	rows := []object{}
	for _, name := range slices.Sorted(maps.Keys(one.types)) {
		rows = append(rows, object{
			"resource_name": name, "logical_resource_id": name, "physical_resource_id": one.name + "-" + name, "resource_type": one.types[name],
			"resource_status": one.status(time.Now()), "resource_status_reason": "state changed", "updated_time": iso(one.changed), "links": []object{}, "required_by": []string{},
		})
	}
	c.json(http.StatusOK, object{"resources": rows})
}

// stackEvents are those of the stack itself, of what it was told last.
func stackEvents(c *call) {
	one := c.stack()
	if one == nil {
		return
	}
	rows := []object{}
	event := func(status, reason string, at time.Time) {
		id := one.id + "-" + strings.ToLower(status)
		if marker := c.r.URL.Query().Get("marker"); marker == id {
			rows = []object{}
			return
		}
		rows = append(rows, object{
			"id": id, "event_time": iso(at), "resource_name": one.name, "logical_resource_id": one.name, "physical_resource_id": one.id,
			"resource_status": status, "resource_status_reason": reason, "links": []object{{"rel": "self", "href": one.href(c) + "/events/" + id}, {"rel": "stack", "href": one.href(c)}},
		})
	}
	event(one.action+"_IN_PROGRESS", "Stack "+one.action+" started", one.changed)
	if now := time.Now(); !now.Before(one.due) {
		event(one.action+"_COMPLETE", "Stack "+one.action+" completed successfully", one.due)
	}
	c.json(http.StatusOK, object{"events": rows})
}

// told has an engine begin something.
func (s *stack) told(action string) {
	now := time.Now()
	s.action, s.changed, s.due = action, now, now.Add(stackTime)
}

// stackAsk is what a stack is asked for with.
type stackAsk struct {
	Name     string `json:"stack_name"`
	Template any    `json:"template"`
	Tags     string `json:"tags"`
	Timeout  any    `json:"timeout_mins"`
	Lasting  any    `json:"disable_rollback"`
}

// misfit says what of it is not as Heat wants it; empty: nothing.
func (a stackAsk) misfit() string {
	if minutes, err := strconv.Atoi(fmt.Sprint(a.Timeout)); a.Timeout != nil && (err != nil || minutes < 1) {
		return fmt.Sprintf("Only integer is allowed for timeout_mins, and more than 0: %v", a.Timeout)
	}
	if said := strings.ToLower(fmt.Sprint(a.Lasting)); a.Lasting != nil && said != "true" && said != "false" {
		return fmt.Sprintf("Unrecognized value %q for \"disable_rollback\", acceptable values are: true, false", said)
	}
	return ""
}

func createStack(c *call) {
	var ask stackAsk
	store := c.service.store
	if !c.decode(&ask) {
		return
	}
	if why := ask.misfit(); why != "" {
		c.faulted(http.StatusBadRequest, "HTTPBadRequest", why)
		return
	}
	n := 0
	for _, one := range store.stacks {
		if one.project != c.token.Project || one.gone(time.Now()) {
			continue
		}
		n++
		if one.name == ask.Name {
			c.faulted(http.StatusConflict, "StackExists", "The Stack ("+ask.Name+") already exists.")
			return
		}
	}
	types, ok := c.resources(ask.Template)
	switch {
	case !ok:
	case !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_.-]{0,254}$`).MatchString(ask.Name):
		c.faulted(http.StatusBadRequest, "StackValidationFailed", fmt.Sprintf("Invalid stack name %s must contain only alphanumeric or \"_-.\" characters, must start with alpha and must be 255 characters or less.", ask.Name))
	case n >= store.allowed:
		c.faulted(http.StatusBadRequest, "RequestLimitExceeded", fmt.Sprintf("Request limit exceeded: You have reached the maximum stacks per tenant, %d. Please delete some stacks.", store.allowed))
	default:
		one := &stack{id: store.newID(), name: ask.Name, project: c.token.Project, tags: tagged(ask.Tags), types: types}
		one.told("CREATE")
		one.made = one.changed
		store.stacks[one.id] = one
		c.w.Header().Set("Location", one.href(c))
		c.json(http.StatusCreated, object{"stack": object{"id": one.id, "links": []object{{"rel": "self", "href": one.href(c)}}}})
	}
}

func tagged(list string) []string {
	if list == "" {
		return []string{}
	}
	return strings.Split(list, ",")
}

func updateStack(c *call) {
	var ask stackAsk
	one := c.stack()
	if one == nil || !c.decode(&ask) {
		return
	}
	types, ok := c.resources(ask.Template)
	switch now := time.Now(); {
	case !ok:
	case one.gone(now):
		c.noStack()
	case now.Before(one.due):
		c.faulted(http.StatusConflict, "ActionInProgress", "Stack "+one.name+" already has an action ("+one.action+") in progress.")
	default:
		one.types, one.tags = types, tagged(ask.Tags)
		one.told("UPDATE")
		c.w.WriteHeader(http.StatusAccepted)
	}
}

// resources are the types of a template's resources, by their names; otherwise the
// answer has been made. A template is a document, or the text of one. The embedded
// cloud has only the resources that are of Heat alone.
func (c *call) resources(template any) (types map[string]string, ok bool) {
	text, is := template.(string)
	if !is {
		data, err := json.Marshal(template)
		if err != nil {
			return nil, false
		}
		text = string(data)
	}
	var read struct {
		Version   any                       `yaml:"heat_template_version"`
		Resources map[string]map[string]any `yaml:"resources"`
	}
	if err := yaml.Unmarshal([]byte(text), &read); err != nil {
		c.faulted(http.StatusBadRequest, "StackValidationFailed", "Template format error: "+err.Error())
		return nil, false
	}
	if read.Version == nil {
		c.faulted(http.StatusBadRequest, "InvalidTemplateVersion", "The template version is invalid: \"Template version was not provided\"")
		return nil, false
	}
	if version := versionOf(read.Version); !slices.Contains(templateVersions(), version) {
		c.faulted(http.StatusBadRequest, "InvalidTemplateVersion", fmt.Sprintf("The template version is invalid: \"heat_template_version: %s\". \"heat_template_version\" should be one of: %s", version, strings.Join(templateVersions(), ", ")))
		return nil, false
	}
	types = map[string]string{}
	for name, resource := range read.Resources {
		types[name], _ = resource["type"].(string)
		if !slices.Contains([]string{"OS::Heat::RandomString", "OS::Heat::None", "OS::Heat::TestResource", "OS::Heat::Value"}, types[name]) {
			c.faulted(http.StatusBadRequest, "StackValidationFailed", "The Resource Type ("+types[name]+") could not be found.")
			return nil, false
		}
	}
	return types, true
}

// versionOf is a template's version as its author wrote it: YAML reads a date as a moment.
func versionOf(read any) string {
	if at, is := read.(time.Time); is {
		return at.Format(time.DateOnly)
	}
	return fmt.Sprint(read)
}

// templateVersions are those that Heat knows.
//
// Source: https://docs.openstack.org/heat/latest/template_guide/hot_spec.html
func templateVersions() []string {
	return []string{
		"2013-05-23", "2014-10-16", "2015-04-30", "2015-10-15", "2016-04-08", "2016-10-14", "newton", "2017-02-24", "ocata", "2017-09-01", "pike",
		"2018-03-02", "queens", "2018-08-31", "rocky", "2021-04-16", "wallaby",
	}
}
