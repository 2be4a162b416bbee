package horizon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"golang.org/x/net/html"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Login opens the dashboard's login page, logs in with the user and password of
// clouds.yaml, opens the page that follows, which has to show who is logged in, and
// logs out. Each iteration is a browser of its own, without the pages' pictures and
// scripts.
type Login struct {
	URL    string `yaml:"url" help:"of the dashboard, e.g. https://cloud.example.org/horizon/; if left out, that of the catalogue's service of the type dashboard"`
	Region string `yaml:"region" help:"value of the login form's field of that name; what the form has chosen if left out"`
}

// Validate says what is wrong with the arguments.
func (w *Login) Validate() error {
	at, err := url.Parse(w.URL)
	if w.URL != "" && (err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "") {
		return errors.New("url: must be one of http or https, with a host")
	}
	return nil
}

// Role is any: the dashboard wants some role in some project.
func (*Login) Role() string { return "" }

// Issues tells that the dashboard asks for a token at each login by itself.
func (*Login) Issues() bool { return true }

// Open reads clouds.yaml and, where no URL is given, finds the dashboard in the
// catalogue.
func (w *Login) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("log in to dashboard: %w", err)
	}
	client, err := openstack.NewClient(env)
	if err != nil {
		return nil, err
	}
	s := &session{Login: *w, client: client, user: client.Auth.Username, domain: client.Auth.DomainName}
	if s.domain == "" && client.Auth.DomainID == "default" {
		s.domain = "Default" // as keystone-manage bootstrap calls it
	}
	if env.Account != nil && env.Account.Name != "" {
		s.user, s.domain = env.Account.Name, env.Account.Domain
	}
	if s.user == "" || client.Auth.Password == "" {
		client.Close()
		return nil, errors.New("log in to dashboard: clouds.yaml has no user's name with a password, and the dashboard's form asks for those")
	}
	if s.base, err = w.find(ctx, client); err != nil {
		client.Close()
		return nil, err
	}
	return s, nil
}

// find is where the dashboard is.
func (w *Login) find(ctx context.Context, client *openstack.Client) (*url.URL, error) {
	at := w.URL
	if at == "" {
		if err := client.Authenticate(ctx); err != nil {
			return nil, err
		}
		dashboard, err := client.Find(ctx, "dashboard", func(provider *gophercloud.ProviderClient, o gophercloud.EndpointOpts) (*gophercloud.ServiceClient, error) {
			o.ApplyDefaults("dashboard")
			endpoint, err := provider.EndpointLocator(o)
			return &gophercloud.ServiceClient{ProviderClient: provider, Endpoint: endpoint}, err
		})
		if err != nil {
			return nil, fmt.Errorf("url: it is not given: %w", err)
		}
		at = dashboard.Endpoint
	}
	return url.Parse(strings.TrimSuffix(at, "/") + "/")
}

type session struct {
	Login
	client *openstack.Client
	base   *url.URL

	user, domain string // by their names, as the form asks for them
}

// Iterate logs in and out.
func (s *session) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return loadgen.Outcome{Class: record.Connect, Err: err}
	}
	b := &browser{session: s, http: http.Client{
		Transport: s.client.Provider.HTTPClient.Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for _, step := range []struct {
		name string
		do   func(context.Context) loadgen.Outcome
	}{{"horizon.open_login", b.open}, {"horizon.login", b.login}, {"horizon.open_dashboard", b.dashboard}, {"horizon.logout", b.logout}} {
		end := rec.Operation(step.name)
		o := step.do(ctx)
		end(o)
		if o.Class != record.OK {
			return o
		}
	}
	return loadgen.Outcome{}
}

// Close closes the connections.
func (s *session) Close(context.Context) error {
	s.client.Close()
	return nil
}

// browser is one that has been to some pages.
type browser struct {
	*session
	http http.Client
	form form
	next *url.URL // where the login leads to
	last page
}

// most is how much of a page is read.
const most = 8 << 20

// ask sends a request: of a page, or of a form that is filled in. to is where the
// answer leads; nil where it is a page.
func (b *browser) ask(ctx context.Context, method string, at *url.URL, fields url.Values) (to *url.URL, o loadgen.Outcome) {
	r, err := http.NewRequestWithContext(ctx, method, at.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		return nil, loadgen.Outcome{Class: record.WrongResult, Err: err}
	}
	if fields != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Referer", at.String()) // which Django wants over TLS
	}
	answer, err := b.http.Do(r)
	if err != nil {
		return nil, failed(err)
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	body, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil {
		return nil, failed(err)
	}
	switch status := answer.StatusCode; {
	case status >= 300 && status < 400:
		if to, err = at.Parse(answer.Header.Get("Location")); err != nil || answer.Header.Get("Location") == "" {
			return nil, wrong("%s %s: status %d leads nowhere", method, at.Path, status)
		}
		return to, loadgen.Outcome{}
	case status != http.StatusOK:
		return nil, loadgen.Outcome{Class: loadgen.ClassifyStatus(status), Status: status, Err: fmt.Errorf("%s %s: status %d", method, at.Path, status)}
	}
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		return nil, wrong("%s %s: read page: %w", method, at.Path, err)
	}
	b.last = page{at, root}
	return nil, loadgen.Outcome{}
}

func failed(err error) loadgen.Outcome {
	return loadgen.Outcome{Class: loadgen.Classify(err), Err: err}
}

func wrong(format string, args ...any) loadgen.Outcome {
	return loadgen.Outcome{Class: record.WrongResult, Err: fmt.Errorf(format, args...)}
}

// open opens the login page.
func (b *browser) open(ctx context.Context) loadgen.Outcome {
	o := b.follow(ctx, b.base.JoinPath("auth", "login/"))
	if o.Class != record.OK {
		return o
	}
	var there bool
	if b.form, there = b.last.login(); !there {
		return wrong("open login page: it has no form that asks for a password")
	}
	if to := b.form.action; to.Scheme != b.last.at.Scheme || to.Host != b.last.at.Host {
		return wrong("open login page: its form sends the password to %s://%s", to.Scheme, to.Host)
	}
	return o
}

// hops is how often a page may lead to another, as with browsers.
const hops = 20

// follow opens a page, or the one to which it leads.
func (b *browser) follow(ctx context.Context, at *url.URL) loadgen.Outcome {
	for range hops {
		to, o := b.ask(ctx, http.MethodGet, at, nil)
		if o.Class != record.OK || to == nil {
			return o
		}
		at = to
	}
	return wrong("open page: it led to another %d times", hops)
}

// login fills in the form.
func (b *browser) login(ctx context.Context) loadgen.Outcome {
	fields := b.form.fields
	fields.Set("username", b.user)
	fields.Set("password", b.client.Auth.Password)
	if _, asked := fields["domain"]; asked {
		fields.Set("domain", b.domain)
	}
	if b.Region != "" {
		fields.Set("region", b.Region)
	}
	to, o := b.ask(ctx, http.MethodPost, b.form.action, fields)
	switch {
	case o.Class != record.OK:
		return o
	case to == nil:
		return wrong("log in: the form came again: %s", b.last.complaint())
	case strings.HasSuffix(to.Path, "/auth/login/"):
		return wrong("log in: it led back to the form: %s", to.RawQuery)
	}
	b.next = to
	return o
}

// dashboard opens the page to which the login leads.
func (b *browser) dashboard(ctx context.Context) loadgen.Outcome {
	o := b.follow(ctx, b.next)
	if o.Class != record.OK {
		return o
	}
	if _, asked := b.last.login(); asked {
		return wrong("open dashboard: it asks to log in again")
	}
	if !b.last.user(b.user) {
		return wrong("open dashboard: the page does not show that %s is logged in", b.user)
	}
	return o
}

// logout ends the session, with the token against forged requests that every form
// has. It leads to the login page.
func (b *browser) logout(ctx context.Context) loadgen.Outcome {
	fields := url.Values{}
	for _, cookie := range b.http.Jar.Cookies(b.base) {
		if strings.HasSuffix(cookie.Name, "csrftoken") {
			fields.Set("csrfmiddlewaretoken", cookie.Value)
		}
	}
	to, o := b.ask(ctx, http.MethodPost, b.base.JoinPath("auth", "logout/"), fields)
	if o.Class == record.OK && to == nil {
		return wrong("log out: it led nowhere")
	}
	return o
}
