package lab

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client speaks to the lab's services from inside its network.
type client struct {
	dialer dialer
	http   *http.Client
}

func newClient(p paths) *client {
	d := dialer{netns: p.netnsFile(), timeout: 2 * time.Second}
	return &client{dialer: d, http: &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{DialContext: d.dial, DisableKeepAlives: true},
	}}
}

func (c *client) connect(ctx context.Context, address string) error {
	conn, err := c.dialer.dial(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// get fetches a page; a status of 400 and above is an error.
func (c *client) get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", url, err)
	}
	return c.do(request)
}

func (c *client) do(request *http.Request) ([]byte, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s: %s", request.Method, request.URL, response.Status)
	}
	return body, err
}

// backends reads what haproxy at an address, the VIP or a node's, thinks of its servers.
func (c *client) backends(ctx context.Context, address string) ([]Backend, error) {
	body, err := c.get(ctx, "http://"+address+":8404/stats;csv")
	if err != nil {
		return nil, err
	}
	return parseBackends(string(body))
}

// parseBackends reads haproxy's statistics (Management Guide, 9.1: a header
// after `# `, pxname the proxy, svname the server or FRONTEND or BACKEND).
func parseBackends(text string) ([]Backend, error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "# ")))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read haproxy's statistics: %w", err)
	}
	if len(rows) == 0 {
		return nil, errors.New("read haproxy's statistics: they are empty")
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	status, known := column["status"]
	if !known {
		return nil, fmt.Errorf("read haproxy's statistics: no status among the columns %v", rows[0])
	}
	var all []Backend
	for _, row := range rows[1:] {
		if len(row) <= status || row[1] == "FRONTEND" || row[1] == "BACKEND" {
			continue
		}
		all = append(all, Backend{Service: row[column["pxname"]], Node: row[column["svname"]], State: row[status]})
	}
	return all, nil
}

// token asks Keystone for a token through the VIP, as a user would.
func (c *client) token(ctx context.Context, r *renderer) *Token {
	domain := map[string]string{"name": "Default"}
	ask, err := json.Marshal(map[string]any{"auth": map[string]any{
		"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{"user": map[string]any{
			"name": "admin", "domain": domain, "password": r.keys.password("admin"),
		}}},
		"scope": map[string]any{"project": map[string]any{"name": "admin", "domain": domain}},
	}})
	if err != nil {
		return &Token{Why: err.Error()}
	}
	started := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.authURL()+"/auth/tokens", bytes.NewReader(ask))
	if err == nil {
		request.Header.Set("Content-Type", "application/json")
		_, err = c.do(request)
	}
	took := time.Since(started).Milliseconds()
	if err != nil {
		return &Token{TookMS: took, Why: err.Error()}
	}
	return &Token{Issued: true, TookMS: took}
}
