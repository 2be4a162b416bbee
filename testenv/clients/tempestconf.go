package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/template"
)

//go:embed tempest.conf
var tempestConf string

// tempestSettings are what tempest.conf is rendered with.
type tempestSettings struct {
	Cloud                access
	Dir                  string // of the workspace
	Image                string // ids
	Flavor, BiggerFlavor string
	Network              string // name and id of the external network
	NetworkID            string
	Extensions           string // of the network API, as a list
	Dashboard            string // where it is, a URL
	Computes             int    // that are up
}

// settings asks the cloud what Tempest must be told of it.
func settings(ctx context.Context, c *cloud, dir string) (tempestSettings, error) {
	s := tempestSettings{Cloud: c.access, Dir: dir, Network: "ext"}
	type identified struct {
		ID string `json:"id"`
	}
	var image, flavor, bigger, network identified
	var extensions []struct{ Alias string }
	var services []struct{ State, Status string }
	var errs []error
	for _, q := range []struct {
		into any
		args string
	}{
		{&image, "image show probe"},
		{&flavor, "flavor show tiny"},
		{&bigger, "flavor show small"},
		{&network, "network show ext"},
		{&extensions, "extension list --network"},
		{&services, "compute service list --service nova-compute"},
	} {
		errs = append(errs, c.ask(ctx, q.into, strings.Fields(q.args)...))
	}
	s.Image, s.Flavor, s.BiggerFlavor, s.NetworkID = image.ID, flavor.ID, bigger.ID, network.ID
	var aliases []string
	for _, e := range extensions {
		aliases = append(aliases, e.Alias)
	}
	s.Extensions = strings.Join(aliases, ",")
	var err error
	s.Dashboard, err = dashboard(c.access.Auth.URL)
	errs = append(errs, err)
	for _, service := range services {
		if service.State == "up" && service.Status == "enabled" {
			s.Computes++
		}
	}
	return s, errors.Join(errs...)
}

// dashboard is where the dashboard is, which the catalogue does not say: on the
// address of the identity service, on HTTP's own port.
func dashboard(authURL string) (string, error) {
	at, err := url.Parse(authURL)
	if err != nil {
		return "", fmt.Errorf("read auth_url: %w", err)
	}
	return (&url.URL{Scheme: at.Scheme, Host: at.Hostname(), Path: "/"}).String(), nil
}

// render is the text of tempest.conf. oslo.config expands a $ in a value.
func (s tempestSettings) render() ([]byte, error) {
	t, err := template.New("tempest.conf").Option("missingkey=error").
		Funcs(template.FuncMap{"value": func(v any) string { return strings.ReplaceAll(fmt.Sprint(v), "$", "$$") }}).Parse(tempestConf)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, s); err != nil {
		return nil, fmt.Errorf("render tempest.conf: %w", err)
	}
	return text.Bytes(), nil
}
