package openstack

import (
	"errors"
	"net/url"
	"strconv"
)

// Page is the arguments that all workloads share that list something.
type Page struct {
	Limit int `yaml:"limit" help:"most entries in the answer; 0 leaves it to the service"`
}

// Validate says what is wrong with the arguments.
func (p Page) Validate() error {
	if p.Limit < 0 {
		return errors.New("limit: must not be negative")
	}
	return nil
}

// Query is the page as the services want it asked for.
func (p Page) Query() url.Values {
	query := url.Values{}
	if p.Limit > 0 {
		query.Set("limit", strconv.Itoa(p.Limit))
	}
	return query
}
