package api

import (
	"maps"
	"slices"
)

func createGroup(c *call) {
	store, kind := c.service.store, c.kind("security_group")
	row := c.body("security_group", object{"name": "", "description": "", "stateful": true})
	if row == nil {
		return
	}
	project, _ := row["project_id"].(string)
	store.defaultGroup(project)
	if row["name"] == "default" {
		c.refuse(409, "SecurityGroupDefaultAlreadyExists", "Default security group already exists.")
		return
	}
	if !c.within(kind, project, 1) || !c.within(c.kind("security_group_rule"), project, 2) {
		return
	}
	id := store.addGroup(project, row["name"], row["description"])
	c.json(201, object{"security_group": store.withRules(store.groups[id])})
}

// addGroup makes a group that lets out everything.
func (s *Store) addGroup(project string, name, description any) string {
	id := s.newID()
	s.groups[id] = object{
		"id": id, "name": name, "description": description, "project_id": project, "tenant_id": project, "stateful": true, "tags": []string{}, "shared": false,
	}
	for _, family := range []string{"IPv4", "IPv6"} {
		rule := object{"direction": "egress", "ethertype": family, "security_group_id": id, "project_id": project, "tenant_id": project}
		for _, name := range []string{"protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id"} {
			rule[name] = nil
		}
		rule["description"], rule["id"] = "", s.newID()
		s.rules[rule["id"].(string)] = rule
	}
	return id
}

// defaultGroup is the group of a project that every port has, made when it is
// first looked for. The caller holds the lock.
func (s *Store) defaultGroup(project string) string {
	for id, row := range s.groups {
		if row["project_id"] == project && row["name"] == "default" {
			return id
		}
	}
	return s.addGroup(project, "default", "Default security group")
}

// withRules is a group as it is shown.
func (s *Store) withRules(row object) object {
	shown := maps.Clone(row)
	rules := []object{}
	for _, id := range slices.Sorted(maps.Keys(s.rules)) {
		if s.rules[id]["security_group_id"] == row["id"] {
			rules = append(rules, s.rules[id])
		}
	}
	shown["security_group_rules"] = rules
	return shown
}

// removeGroup tells whether a group may go. Its rules go with it.
func removeGroup(c *call, row object) bool {
	store, id := c.service.store, row["id"].(string)
	for _, port := range store.ports {
		if names, _ := port["security_groups"].([]string); slices.Contains(names, id) {
			c.refuse(409, "SecurityGroupInUse", "Security Group "+id+" in use.")
			return false
		}
	}
	if row["name"] == "default" && !c.admin() {
		c.refuse(409, "SecurityGroupCannotRemoveDefault", "Insufficient rights for removing default security group.")
		return false
	}
	for key, rule := range store.rules {
		if rule["security_group_id"] == id {
			delete(store.rules, key)
		}
	}
	return true
}

func createRule(c *call) {
	store, kind := c.service.store, c.kind("security_group_rule")
	row := c.body("security_group_rule", object{
		"description": "", "direction": "", "ethertype": "IPv4", "security_group_id": "", "protocol": nil, "port_range_min": nil,
		"port_range_max": nil, "remote_ip_prefix": nil, "remote_group_id": nil,
	})
	if row == nil {
		return
	}
	group, _ := row["security_group_id"].(string)
	if c.find(c.kind("security_group"), group, c.owns) == nil || !c.within(kind, row["project_id"], 1) {
		return
	}
	from, ranged := row["port_range_min"].(float64)
	to, ended := row["port_range_max"].(float64)
	switch {
	case row["direction"] != "ingress" && row["direction"] != "egress":
		c.refuse(400, "HTTPBadRequest", "Invalid input for direction. Reason: it is not in ['ingress', 'egress'].")
		return
	case ranged != ended || ranged && (from > to || from < 0 || to > 65535):
		c.refuse(400, "SecurityGroupInvalidPortRange", "For TCP/UDP protocols, port_range_min must be <= port_range_max")
		return
	}
	for id, other := range store.rules {
		same := true
		for _, name := range []string{"direction", "ethertype", "security_group_id", "protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id"} {
			same = same && other[name] == row[name]
		}
		if same {
			c.refuse(409, "SecurityGroupRuleExists", "Security group rule already exists. Rule id is "+id+".")
			return
		}
	}
	c.keep(kind, row)
}

func removeRule(*call, object) bool { return true }
