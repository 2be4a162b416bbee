package api_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

// outage is a node whose Keystone answers with that status, 0 for nobody.
type outage struct {
	idle
	status int
}

func (o outage) Identity(*http.Request) int { return o.status }

// visitor is a browser at the dashboard.
type visitor struct {
	t       *testing.T
	horizon *api.Service
	cookies map[string]*http.Cookie
}

// ask opens a page, or sends a form, and says where it leads or what it shows.
func (v *visitor) ask(method, path string, fields url.Values) (to, shows string) {
	v.t.Helper()
	r := httptest.NewRequestWithContext(v.t.Context(), method, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, cookie := range v.cookies {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	v.horizon.ServeHTTP(w, r)
	answer := w.Result()
	defer answer.Body.Close()
	require.Contains(v.t, []int{200, 302}, answer.StatusCode)
	for _, cookie := range answer.Cookies() {
		v.cookies[cookie.Name] = cookie
		if cookie.MaxAge < 0 {
			delete(v.cookies, cookie.Name)
		}
	}
	require.Empty(v.t, answer.Header.Get("X-Openstack-Request-Id"))
	return answer.Header.Get("Location"), w.Body.String()
}

func (v *visitor) login(user, password string) (to, shows string) {
	v.t.Helper()
	v.ask("GET", "/auth/login/", nil)
	return v.ask("POST", "/auth/login/", url.Values{"csrfmiddlewaretoken": {v.cookies["csrftoken"].Value}, "username": {user}, "password": {password}, "next": {"/project/"}})
}

func TestADashboardShowsWhoIsLoggedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		v := &visitor{t, s.services["horizon"], map[string]*http.Cookie{}}
		to, _ := v.ask("GET", "/project/", nil)
		require.Equal(t, "/auth/login/?next=%2Fproject%2F", to)
		_, shows := v.ask("GET", to, nil)
		require.Contains(t, shows, `name="next" value="/project/"`)

		_, shows = v.login("admin", "another")
		require.Contains(t, shows, "Invalid credentials.")
		_, shows = v.login("admin", "")
		require.Contains(t, shows, "This field is required.")
		before := v.cookies["csrftoken"].Value
		to, _ = v.login("admin", s.store.Password)
		require.Equal(t, "/project/", to)
		require.NotEqual(t, before, v.cookies["csrftoken"].Value)
		_, shows = v.ask("GET", to, nil)
		require.Contains(t, shows, `<span class="user-name">admin</span>`)
		to, _ = v.ask("GET", "/auth/login/", nil)
		require.Equal(t, "/", to)
		to, _ = v.ask("GET", "/", nil)
		require.Equal(t, "/project/", to)

		to, _ = v.ask("POST", "/auth/logout/", nil)
		require.Equal(t, "/auth/login/?csrf_failure=CSRF+token+missing+or+incorrect.", to)
		to, _ = v.ask("POST", "/auth/logout/", url.Values{"csrfmiddlewaretoken": {v.cookies["csrftoken"].Value}})
		require.Equal(t, "/auth/login/", to)
		require.NotContains(t, v.cookies, "sessionid")
		delete(v.cookies, "csrftoken")
		to, _ = v.ask("POST", "/auth/login/", nil)
		require.Equal(t, "/auth/login/?csrf_failure=CSRF+cookie+not+set.", to)

		// Another node reads the session, until it is over or somebody has changed it.
		v.login("admin", s.store.Password)
		v.horizon = api.New("horizon", s.store, idle{})
		_, shows = v.ask("GET", "/project/", nil)
		require.Contains(t, shows, "admin")
		changed := *v.cookies["sessionid"]
		_, signature, _ := strings.Cut(changed.Value, ":")
		changed.Value = base64.RawURLEncoding.EncodeToString([]byte(`{"user": "root", "expires": "2100-01-01T00:00:00Z"}`)) + ":" + signature
		forger := &visitor{t, v.horizon, map[string]*http.Cookie{"sessionid": &changed}}
		to, _ = forger.ask("GET", "/project/", nil)
		require.Equal(t, "/auth/login/?next=%2Fproject%2F", to)
		time.Sleep(time.Hour + time.Second)
		to, _ = v.ask("GET", "/project/", nil)
		require.Equal(t, "/auth/login/?next=%2Fproject%2F", to)
	})
}

func TestADashboardWithoutKeystoneLogsNobodyIn(t *testing.T) {
	s := newScript(t)
	for status, says := range map[int]string{0: "Unable to establish connection to keystone endpoint.", 503: "Unable to establish", 401: "Invalid credentials."} {
		v := &visitor{t, api.New("horizon", s.store, outage{status: status}), map[string]*http.Cookie{}}
		_, shows := v.login("admin", s.store.Password)
		require.Contains(t, shows, says)
		require.NotContains(t, v.cookies, "sessionid")
	}
}
