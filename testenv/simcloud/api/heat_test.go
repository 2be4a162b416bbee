package api_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	stacksPath = " /v1/{project}/stacks"
	drawn      = `{"heat_template_version": "2016-10-14", "resources": {"a": {"type": "OS::Heat::RandomString"}}}`
)

func TestAStackGoesThroughItsStatuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		at := stacksPath + "/s/{stack}"
		s.run("heat-api",
			step{"GET" + stacksPath, 200, `{"stacks":[]}`, ""},
			step{"POST" + stacksPath + ` < {"stack_name": "s", "tags": "x,y", "template": ` + drawn + `}`, 201, `"rel":"self"`, "stack"},
			step{"POST" + stacksPath + ` < {"stack_name": "s", "template": ` + drawn + `}`, 409, `"type":"StackExists"`, ""},
			step{"GET" + at, 200, `"stack_status":"CREATE_IN_PROGRESS"`, ""},
			step{"PUT" + at + " < " + `{"template": ` + drawn + `}`, 409, "already has an action (CREATE) in progress", ""},
		)
		time.Sleep(time.Second)
		s.run("heat-api",
			step{"GET" + at, 200, `"stack_status":"CREATE_COMPLETE"`, ""},
			step{"GET" + at, 200, `"updated_time":null`, ""},
			step{"GET" + at + "/resources", 200, `"resource_name":"a"`, ""},
			step{"GET" + stacksPath + "?tags=x", 200, `"stack_name":"s"`, ""},
			step{"GET" + stacksPath + "?tags=x,z", 200, `{"stacks":[]}`, ""},
			step{"GET" + stacksPath + "?name=t", 200, `{"stacks":[]}`, ""},
			step{"PUT" + at + ` < {"template": "heat_template_version: 2016-10-14\nresources: {b: {type: 'OS::Heat::None'}}"}`, 202, "", ""},
			step{"GET" + at, 200, `"stack_status":"UPDATE_IN_PROGRESS"`, ""},
		)
		time.Sleep(time.Second)
		s.run("heat-api",
			step{"GET" + at, 200, `"stack_status":"UPDATE_COMPLETE"`, ""},
			step{"GET" + at + "/resources", 200, `"resource_type":"OS::Heat::None"`, ""},
			step{"GET" + at + "/events", 200, `"resource_status":"UPDATE_IN_PROGRESS"`, ""},
			step{"GET" + at + "/events?marker={stack}-update_complete", 200, `{"events":[]}`, ""},
		)
		for _, by := range []string{"s", "{stack}"} {
			answer := s.ask("heat-api", "GET"+stacksPath+"/"+by)
			require.Equal(t, http.StatusFound, answer.Code)
			require.Contains(t, answer.Header().Get("Location"), s.filled("/stacks/s/{stack}"))
			answer = s.ask("heat-api", "GET"+stacksPath+"/"+by+"/events?limit=1")
			require.Contains(t, answer.Header().Get("Location"), s.filled("/stacks/s/{stack}/events?limit=1"))
		}
		require.Equal(t, []string{"flavor small", "stack s"}, s.store.Named("s"))
		s.run("heat-api", step{"DELETE" + at, 204, "", ""}, step{"GET" + stacksPath, 200, `"stack_status":"DELETE_IN_PROGRESS"`, ""})
		time.Sleep(time.Second)
		s.run("heat-api",
			step{"GET" + stacksPath, 200, `{"stacks":[]}`, ""},
			step{"GET" + at, 200, `"stack_status":"DELETE_COMPLETE"`, ""},
			step{"GET" + stacksPath + "/s", 404, "The Stack (s) could not be found.", ""},
			step{"DELETE" + at, 404, "", ""},
			step{"PUT" + at + ` < {"template": ` + drawn + `}`, 404, "", ""},
		)
		require.Equal(t, []string{"flavor small"}, s.store.Named("s"))
	})
}

func TestWhatHeatRefuses(t *testing.T) {
	s := newScript(t)
	s.store.Limit("stacks", 1)
	s.run("heat-api",
		step{"POST" + stacksPath + ` < {"stack_name": "1", "template": ` + drawn + `}`, 400, "Invalid stack name 1", ""},
		step{"POST" + stacksPath + ` < {"stack_name": "s", "template": {"resources": {}}}`, 400, "InvalidTemplateVersion", ""},
		step{"POST" + stacksPath + ` < {"stack_name": "s", "template": "{"}`, 400, "Template format error", ""},
		step{"POST" + stacksPath + ` < {"stack_name": "s", "template": {"heat_template_version": "2016-10-14", "resources": {"a": {"type": "OS::Nova::Server"}}}}`, 400, "The Resource Type (OS::Nova::Server) could not be found.", ""},
		step{"POST" + stacksPath + ` < {"stack_name": "s", "template": ` + drawn + `}`, 201, "", "stack"},
		step{"POST" + stacksPath + ` < {"stack_name": "t", "template": ` + drawn + `}`, 400, `"type":"RequestLimitExceeded"`, ""},
		step{"GET" + stacksPath + "/t/{stack}", 404, "", ""},
		step{"GET /v1/none/stacks", 403, `"title":"Forbidden"`, ""},
	)
}

// Where no engine is heard of, what a stack was told waits.
func TestAStackWaitsForAnEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.store.Works("heat-engine", time.Now())
		s.run("heat-api", step{"POST" + stacksPath + ` < {"stack_name": "s", "template": ` + drawn + `}`, 201, "", "stack"})
		for range 10 {
			time.Sleep(500 * time.Millisecond)
			s.run("heat-api", step{"GET" + stacksPath + "/s/{stack}", 200, `"stack_status":"CREATE_IN_PROGRESS"`, ""})
		}
		for range 10 {
			time.Sleep(100 * time.Millisecond)
			s.store.Works("heat-engine", time.Now())
		}
		s.run("heat-api", step{"GET" + stacksPath + "/s/{stack}", 200, `"stack_status":"CREATE_COMPLETE"`, ""})
	})
}
