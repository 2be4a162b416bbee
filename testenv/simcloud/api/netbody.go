package api

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// whole is a whole number of a query; 0 when it is none.
func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// matches tells whether a row has one of the values that a query wants of each
// attribute. An attribute that the row does not have is not looked at.
func matches(row object, query url.Values) bool {
	for name, wanted := range query {
		value, has := row[name]
		same := func(want string) bool { return strings.EqualFold(want, fmt.Sprint(value)) }
		if has && !slices.ContainsFunc(wanted, same) {
			return false
		}
	}
	return true
}

// longestName is how long a name may be, in characters.
const longestName = 255

// body reads a request's document about one resource: its attributes over their
// defaults, the type of which they must have, for the project that it is of. A
// nil default is an attribute that may be anything. Without a document the
// answer has been made.
func (c *call) body(one string, defaults object) object {
	var document map[string]object
	if !c.decode(&document) {
		return nil
	}
	given := document[one]
	if given == nil {
		c.refuse(400, "HTTPBadRequest", "Unable to find '"+one+"' in request body")
		return nil
	}
	row := maps.Clone(defaults)
	project := c.token.Project
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := given[name]
		expected, known := defaults[name]
		switch {
		case name == "project_id" || name == "tenant_id":
			project = fmt.Sprint(value)
		case !known:
			c.refuse(400, "HTTPBadRequest", "Unrecognized attribute(s) '"+name+"'")
			return nil
		case expected != nil && value != nil && kindOf(expected) != kindOf(value):
			c.refuse(400, "HTTPBadRequest", fmt.Sprintf("Invalid input for %s. Reason: '%v' is not a valid %s.", name, value, kindOf(expected)))
			return nil
		case name == "name" && len(fmt.Sprint(value)) > longestName:
			c.refuse(400, "HTTPBadRequest", fmt.Sprintf("Invalid input for name. Reason: '%v' exceeds maximum length of %d.", value, longestName))
			return nil
		default:
			row[name] = value
		}
	}
	if project != c.token.Project && !c.admin() {
		c.refuse(403, "PolicyNotAuthorized", "rule:create_"+one+" is disallowed by policy")
		return nil
	}
	row["project_id"], row["tenant_id"] = project, project
	return row
}

// kindOf is the type of a value, as messages call it.
func kindOf(value any) string {
	switch value.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64, int:
		return "integer"
	case []any, []string, []object:
		return "list"
	default:
		return "dictionary"
	}
}

// updateNet changes how a resource is called, and whether it is up.
func (c *call) updateNet(one string) {
	kind := c.kind(one)
	row := c.find(kind, c.r.PathValue("id"), c.owns)
	if row == nil {
		return
	}
	may := object{}
	for _, name := range []string{"name", "description", "admin_state_up"} {
		if row[name] != nil {
			may[name] = row[name]
		}
	}
	given := c.body(one, may)
	if given == nil {
		return
	}
	for name := range may {
		row[name] = given[name]
	}
	c.json(200, object{one: kind.shown(row)})
}

// keep stores a new row under a new id and answers with it.
func (c *call) keep(kind netKind, row object) {
	id := c.service.store.newID()
	row["id"] = id
	kind.rows[id] = row
	c.json(201, object{kind.one: kind.shown(row)})
}

// within tells whether a project may have more of a resource; otherwise the
// answer has been made.
func (c *call) within(kind netKind, project any, more int) bool {
	general, limited := c.service.store.limits[kind.one]
	limit := c.service.store.limitOf(project, kind.one, general)
	if limited && limit >= 0 && used(kind, project)+more > limit {
		c.refuse(409, "OverQuota", "Quota exceeded for resources: ['"+kind.one+"'].")
		return false
	}
	return true
}

// used is how many rows a project has.
func used(kind netKind, project any) int {
	n := 0
	for _, row := range kind.rows {
		if row["project_id"] == project {
			n++
		}
	}
	return n
}

// showQuotas answers for quotas and for their details.
func showQuotas(c *call) {
	project := c.r.PathValue("project")
	if project != c.token.Project && !c.admin() {
		c.refuse(403, "PolicyNotAuthorized", "rule:get_quota is disallowed by policy")
		return
	}
	quota := object{}
	for _, kind := range c.service.netKinds() {
		limit := c.service.store.limitOf(project, kind.one, c.service.store.limits[kind.one])
		quota[kind.one] = limit
		if strings.Contains(c.r.URL.Path, "/details") {
			quota[kind.one] = object{"limit": limit, "used": used(kind, project), "reserved": 0}
		}
	}
	c.json(200, object{"quota": quota})
}

// updateQuotas gives a project quotas of its own.
func updateQuotas(c *call) {
	if !c.admin() {
		c.refuse(403, "PolicyNotAuthorized", "rule:update_quota is disallowed by policy")
		return
	}
	var document struct {
		Quota map[string]int `json:"quota"`
	}
	if !c.decode(&document) {
		return
	}
	for name, limit := range document.Quota {
		if _, known := c.service.store.limits[name]; !known || limit < -1 {
			c.refuse(400, "HTTPBadRequest", "Unrecognized attribute(s) '"+name+"'")
			return
		}
	}
	for name, limit := range document.Quota {
		c.service.store.overrides[c.r.PathValue("project")+" "+name] = limit
	}
	showQuotas(c)
}

// resetQuotas takes them away again.
func resetQuotas(c *call) {
	if !c.admin() {
		c.refuse(403, "PolicyNotAuthorized", "rule:delete_quota is disallowed by policy")
		return
	}
	c.unset(c.r.PathValue("project"), c.service.store.limits)
	c.w.WriteHeader(204)
}

// parsePrefix reads a block of addresses that has no bits behind its prefix.
func parsePrefix(value any) (netip.Prefix, bool) {
	text, _ := value.(string)
	prefix, err := netip.ParsePrefix(text)
	return prefix, err == nil && prefix == prefix.Masked()
}
