package bmc

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Redfish is a machine's management controller that speaks DMTF's Redfish (DSP0266):
// the service root, sessions, and one system, as an http.Handler. Its fields are set
// before it serves.
type Redfish struct {
	Machine        Machine
	User, Password string
	Allowed        []string      // ResetType values; empty: all, and it does not say which
	Late           time.Duration // between an order and the first sign of it
	Takes          time.Duration // from then on until PowerState has changed
	Slow           time.Duration // before each answer
	Idle           bool          // orders are accepted, and nothing is done

	mu       sync.Mutex
	slower   time.Duration
	sessions []string // tokens
	opened   int
	going    string // PowerState while it changes
}

// Sessions tells how many sessions are open, and how many ever were.
func (s *Redfish) Sessions() (open, ever int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions), s.opened
}

// SlowDown makes it take that much longer for each answer from now on.
func (s *Redfish) SlowDown(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slower = by
}

func (s *Redfish) delay() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Slow + s.slower
}

const (
	sessionsPath = "/redfish/v1/SessionService/Sessions"
	systemPath   = "/redfish/v1/Systems/1"
	resetPath    = systemPath + "/Actions/ComputerSystem.Reset"
)

type resource = map[string]any

// ServeHTTP answers one request.
func (s *Redfish) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.delay()) //nolint:forbidigo // for real: a slow controller acts late, whatever becomes of its client
	path := strings.TrimSuffix(r.URL.Path, "/")
	switch {
	case path == "/redfish/v1" && r.Method == http.MethodGet:
		say(w, http.StatusOK, resource{
			"@odata.id": "/redfish/v1/", "Id": "RootService", "RedfishVersion": "1.15.0", "Systems": resource{"@odata.id": "/redfish/v1/Systems"},
			"SessionService": resource{"@odata.id": "/redfish/v1/SessionService"}, "Links": resource{"Sessions": resource{"@odata.id": sessionsPath}},
		})
	case path == sessionsPath && r.Method == http.MethodPost:
		s.logIn(w, r)
	case !s.knows(r.Header.Get("X-Auth-Token")):
		refuse(w, http.StatusUnauthorized, "Base.1.0.NoValidSession", "There is no valid session established with the implementation.")
	case strings.HasPrefix(path, sessionsPath+"/") && r.Method == http.MethodDelete:
		s.logOut(r.Header.Get("X-Auth-Token"))
		w.WriteHeader(http.StatusNoContent)
	case path == systemPath && r.Method == http.MethodGet:
		s.system(w)
	case path == resetPath && r.Method == http.MethodPost:
		s.reset(w, r)
	default:
		refuse(w, http.StatusNotFound, "Base.1.0.ResourceMissingAtURI", "The resource at the URI "+path+" was not found.")
	}
}

func (s *Redfish) logIn(w http.ResponseWriter, r *http.Request) {
	var ask struct{ UserName, Password string }
	if json.NewDecoder(r.Body).Decode(&ask) != nil || ask.UserName != s.User || ask.Password != s.Password {
		refuse(w, http.StatusUnauthorized, "Base.1.0.ResourceAtUriUnauthorized", "While accessing the resource the service received an authorization error.")
		return
	}
	token := rand.Text()
	s.mu.Lock()
	s.sessions = append(s.sessions, token)
	s.opened++
	s.mu.Unlock()
	w.Header().Set("X-Auth-Token", token)
	w.Header().Set("Location", sessionsPath+"/"+token[:8])
	say(w, http.StatusCreated, resource{"@odata.id": sessionsPath + "/" + token[:8], "Id": token[:8], "UserName": s.User})
}

func (s *Redfish) knows(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.sessions, token)
}

func (s *Redfish) logOut(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = slices.DeleteFunc(s.sessions, func(t string) bool { return t == token })
}

func (s *Redfish) system(w http.ResponseWriter) {
	s.mu.Lock()
	state := s.going
	s.mu.Unlock()
	if state == "" {
		state = map[bool]string{true: "On", false: "Off"}[s.Machine.On()]
	}
	reset := resource{"target": resetPath}
	if len(s.Allowed) > 0 {
		reset["ResetType@Redfish.AllowableValues"] = s.Allowed
	}
	say(w, http.StatusOK, resource{
		"@odata.id": systemPath, "@odata.type": "#ComputerSystem.v1_20_0.ComputerSystem", "Id": "1", "Name": "System",
		"PowerState": state, "Actions": resource{"#ComputerSystem.Reset": reset},
	})
}

func (s *Redfish) reset(w http.ResponseWriter, r *http.Request) {
	var ask struct{ ResetType string }
	if json.NewDecoder(r.Body).Decode(&ask) != nil || len(s.Allowed) > 0 && !slices.Contains(s.Allowed, ask.ResetType) {
		refuse(w, http.StatusBadRequest, "Base.1.0.ActionParameterNotSupported", "The parameter ResetType for the action ComputerSystem.Reset is not supported on the target resource.")
		return
	}
	act, going := map[string]func(){
		"On": func() { _ = s.Machine.PowerOn() }, "ForceOn": func() { _ = s.Machine.PowerOn() },
		"ForceOff": func() { _ = s.Machine.PowerOff() }, "ForceRestart": s.Machine.Reset,
	}[ask.ResetType], map[string]string{"On": "PoweringOn", "ForceOn": "PoweringOn", "ForceOff": "PoweringOff"}[ask.ResetType]
	switch {
	case act == nil:
		refuse(w, http.StatusBadRequest, "Base.1.0.ActionParameterValueNotInList", "The value "+ask.ResetType+" is not in the list of acceptable values.")
		return
	case s.Idle:
	default:
		s.change(going, act)
	}
	w.WriteHeader(http.StatusNoContent)
}

// change does what was ordered when its time has come, unless it is so by then.
func (s *Redfish) change(going string, act func()) {
	begin := func() {
		if on := s.Machine.On(); going == "PoweringOn" && on || going == "PoweringOff" && !on {
			return
		}
		s.mu.Lock()
		s.going = going
		s.mu.Unlock()
		time.AfterFunc(s.Takes, func() {
			act()
			s.mu.Lock()
			s.going = ""
			s.mu.Unlock()
		})
	}
	if s.Late == 0 {
		begin() // before the answer
		return
	}
	time.AfterFunc(s.Late, begin)
}

func say(w http.ResponseWriter, status int, body resource) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("OData-Version", "4.0")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who asked may be gone
}

func refuse(w http.ResponseWriter, status int, id, text string) {
	say(w, status, resource{"error": resource{"code": id, "message": text, "@Message.ExtendedInfo": []resource{{"MessageId": id, "Message": text}}}})
}
