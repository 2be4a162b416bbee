package api

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	horizonWork = 30 * time.Millisecond
	sessionLong = time.Hour // SESSION_TIMEOUT
	sessionKey  = "horizon" // every node has the same SECRET_KEY
	cookieLong  = 31449600  // seconds, of the cookie against forged requests
	loginPath   = "/auth/login/"
	keystoneOut = "Unable to establish connection to keystone endpoint."
	badLogin    = "Invalid credentials."
)

// dashboardSession is all that Horizon knows of who is logged in. The cookie has it,
// signed, as with SESSION_ENGINE signed_cookies.
type dashboardSession struct {
	User    string    `json:"user"`
	Expires time.Time `json:"expires"`
}

func (s *Service) horizon() {
	s.mux.HandleFunc("/", s.dashboards(func(c *call, user string) {
		switch {
		case user == "":
			c.redirect(loginPath + "?next=" + url.QueryEscape(c.r.URL.Path))
		case c.r.URL.Path == "/":
			c.redirect("/project/")
		case c.r.URL.Path == "/project/":
			c.markup(`<title>Overview - OpenStack Dashboard</title>`, `<ul class="nav navbar-nav navbar-right"><li class="dropdown user-menu"><a href="#"><span class="user-name">`+html.EscapeString(user)+`</span></a></li></ul><h1>Overview</h1>`)
		default:
			c.page(http.StatusNotFound, "The page you were looking for doesn't exist.")
		}
	}))
	s.mux.HandleFunc("GET "+loginPath, s.dashboards(func(c *call, user string) {
		if user != "" {
			c.redirect("/")
			return
		}
		c.loginForm("")
	}))
	s.mux.HandleFunc("POST "+loginPath, s.dashboards(func(c *call, _ string) {
		if c.genuine() {
			c.logIn()
		}
	}))
	out := s.dashboards(func(c *call, _ string) {
		if c.r.Method == http.MethodPost && !c.genuine() {
			return
		}
		http.SetCookie(c.w, &http.Cookie{Name: "sessionid", Path: "/", MaxAge: -1})
		c.redirect(loginPath)
	})
	s.mux.HandleFunc("GET /auth/logout/", out)
	s.mux.HandleFunc("POST /auth/logout/", out)
}

// dashboards serves pages, with who is logged in, if anybody.
func (s *Service) dashboards(answer func(c *call, user string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.host.Work(r.Context(), horizonWork) != nil {
			return // the process is gone, or the client is
		}
		answer(s.call(w, r), s.loggedIn(r))
	}
}

func (s *Service) loggedIn(r *http.Request) string {
	cookie, err := r.Cookie("sessionid")
	if err != nil {
		return ""
	}
	body, signature, _ := strings.Cut(cookie.Value, ":")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	var session dashboardSession
	if err != nil || !hmac.Equal([]byte(signature), []byte(s.store.sign(payload, sessionKey))) || json.Unmarshal(payload, &session) != nil || time.Now().After(session.Expires) {
		return ""
	}
	return session.User
}

// redirect answers with another page's address.
func (c *call) redirect(to string) {
	c.w.Header().Set("Location", to)
	c.done(http.StatusFound)
}

// markup answers with a page.
func (c *call) markup(head, body string) {
	c.w.Header().Set("Vary", "Cookie")
	c.send("text/html; charset=utf-8", http.StatusOK, []byte("<!DOCTYPE html>\n<html><head>"+head+"</head><body>"+body+"</body></html>\n"))
}

// forgery is the secret of the browser against forged requests, a new one where it
// has none.
func (c *call) forgery(fresh bool) string {
	cookie, err := c.r.Cookie("csrftoken")
	if err == nil && !fresh {
		return cookie.Value
	}
	secret := strings.ReplaceAll(c.service.store.NewID()+c.service.store.NewID(), "-", "")
	http.SetCookie(c.w, &http.Cookie{Name: "csrftoken", Value: secret, Path: "/", MaxAge: cookieLong, SameSite: http.SameSiteLaxMode})
	return secret
}

// genuine tells whether a form comes from a page of ours; otherwise the answer has
// been made.
func (c *call) genuine() bool {
	cookie, err := c.r.Cookie("csrftoken")
	if err == nil && cookie.Value != "" && c.r.PostFormValue("csrfmiddlewaretoken") == cookie.Value {
		return true
	}
	reason := "CSRF token missing or incorrect."
	if err != nil {
		reason = "CSRF cookie not set."
	}
	c.redirect(loginPath + "?csrf_failure=" + url.QueryEscape(reason))
	return false
}

// loginForm answers with the form, and with what was wrong about the last.
func (c *call) loginForm(wrong string) {
	if wrong != "" {
		wrong = `<div class="alert alert-danger"><p>` + html.EscapeString(wrong) + `</p></div>`
	}
	next := html.EscapeString(c.r.FormValue("next"))
	c.markup(`<title>Login - OpenStack Dashboard</title>`, fmt.Sprintf(`<form id="" class="ng-pristine" action="%s" method="POST" autocomplete="on"><input type="hidden" name="csrfmiddlewaretoken" value="%s"><input type="hidden" name="next" value="%s">%s`+
		`<input type="text" name="username" id="id_username"><input type="password" name="password" id="id_password"><input type="hidden" name="region" value="default" id="id_region"><button id="loginBtn" type="submit">Sign In</button></form>`, loginPath, c.forgery(false), next, wrong))
}

// logIn shows the name and the password to Keystone.
func (c *call) logIn() {
	var ask authRequest
	ask.Auth.Identity.Methods = []string{"password"}
	ask.Auth.Identity.Password.User.Name, ask.Auth.Identity.Password.User.Password = c.r.PostFormValue("username"), c.r.PostFormValue("password")
	if c.r.PostFormValue("username") == "" || c.r.PostFormValue("password") == "" {
		c.loginForm("This field is required.")
		return
	}
	document, err := json.Marshal(ask)
	if err != nil {
		return
	}
	r, err := http.NewRequestWithContext(c.r.Context(), http.MethodPost, "/v3/auth/tokens", strings.NewReader(string(document)))
	if err != nil {
		return
	}
	r.RemoteAddr = c.service.name
	status := c.service.host.Identity(r)
	if c.r.Context().Err() != nil {
		return
	}
	if status == 0 || status >= http.StatusInternalServerError {
		c.loginForm(keystoneOut)
		return
	}
	if _, known := c.service.known(ask); status == http.StatusUnauthorized || !known {
		c.loginForm(badLogin)
		return
	}
	payload, err := json.Marshal(dashboardSession{User: ask.Auth.Identity.Password.User.Name, Expires: time.Now().Add(sessionLong)})
	if err != nil {
		return
	}
	value := base64.RawURLEncoding.EncodeToString(payload) + ":" + c.service.store.sign(payload, sessionKey)
	http.SetCookie(c.w, &http.Cookie{Name: "sessionid", Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.SetCookie(c.w, &http.Cookie{Name: "login_region", Value: c.r.PostFormValue("region"), Path: "/", MaxAge: cookieLong})
	c.forgery(true) // Django changes it at each login
	next := c.r.PostFormValue("next")
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		next = "/"
	}
	c.redirect(next)
}
