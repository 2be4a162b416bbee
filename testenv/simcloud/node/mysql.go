package node

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// causal is what mysql knows of reading: 1, once all is there that was written
// before anywhere.
const causal = "set session wsrep_sync_wait=1; select 1"

// statement is a line of SQL that mysql knows: a show of status or variables
// with its pattern, a set with its variable and value, or [causal].
func statement(query string) (verb, what, value string) {
	show := regexp.MustCompile(`(?i)^show (?:global )?(status|variables) like ['"]([^'"]*)['"];?$`)
	set := regexp.MustCompile(`(?i)^set global (\w+) *= *(\w+|'[^']*');?$`)
	if found := show.FindStringSubmatch(query); found != nil {
		return strings.ToLower(found[1]), strings.ToLower(found[2]), ""
	}
	if found := set.FindStringSubmatch(query); found != nil {
		return "set", strings.ToLower(found[1]), strings.Trim(strings.ToUpper(found[2]), "'")
	}
	if strings.EqualFold(strings.TrimSuffix(query, ";"), causal) {
		return "causal", "", ""
	}
	return "", "", ""
}

// mysql knows the statements of [statement], given by -e, as root of this node's
// database.
func (n network) mysql(ctx context.Context, p *shell.Proc) int {
	query := ""
	for i, arg := range p.Args {
		if (arg == "-e" || arg == "-Ne") && i+1 < len(p.Args) {
			query = strings.TrimSpace(p.Args[i+1])
		}
	}
	bounded, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	database, _ := n.node.opt.Network.(Database)
	verb, what, value := statement(query)
	var values map[string]string
	var err error
	switch {
	case verb == "status":
		values, err = n.node.opt.Network.Status(bounded)
	case verb == "variables" && database != nil:
		values, err = database.Variables(bounded)
	case verb == "set" && database != nil:
		err = database.Set(bounded, what, value)
	case verb == "causal" && database != nil:
		err = database.Causal(bounded)
	default:
		p.Errorf("ERROR 1064 (42000): only SHOW STATUS LIKE, SHOW VARIABLES LIKE, SET GLOBAL and a causal SELECT 1 are known here")
		return 1
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return shell.Killed
	case errors.Is(err, ErrVariable):
		p.Errorf("ERROR 1193 (HY000) at line 1: Unknown system variable '%s'", what)
		return 1
	case errors.Is(err, ErrArguments):
		p.Errorf("ERROR 1210 (HY000) at line 1: Incorrect arguments to SET")
		return 1
	case errors.Is(err, ErrCausal):
		p.Errorf("ERROR 1205 (HY000) at line 1: Lock wait timeout exceeded; try restarting transaction")
		return 1
	case err != nil:
		p.Errorf("ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (111)")
		return 1
	}
	if verb == "causal" {
		p.Printf("1\n")
		return 0
	}
	pattern := strings.ReplaceAll(what, "%", "*")
	for _, name := range sorted(values) {
		if like(pattern, name) {
			p.Printf("%s\t%s\n", name, values[name])
		}
	}
	return 0
}
