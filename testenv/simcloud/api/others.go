package api

import (
	"net/http"
	"time"
)

const (
	glanceWork    = 9 * time.Millisecond
	cinderWork    = 14 * time.Millisecond
	placementWork = 10 * time.Millisecond
)

func (s *Service) glance() {
	for _, pattern := range []string{"GET /{$}", "GET /versions"} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c := s.call(w, r)
			c.json(http.StatusMultipleChoices, object{"versions": []object{
				version("v2.15", "CURRENT", "", "", c.base()+"/v2/"), version("v2.0", "SUPPORTED", "", "", c.base()+"/v2/"),
			}})
		})
	}
	// Unlike the other services, Glance shows an image without a wrapping key.
	s.handle("GET /v2/images", need{work: glanceWork}, func(c *call) {
		c.json(200, object{"images": s.store.list(s.store.images, c, "name", "id", "visibility"), "first": "/v2/images", "schema": "/v2/schemas/images"})
	})
	s.handle("GET /v2/images/{id}", need{work: glanceWork}, func(c *call) {
		row := s.store.get(s.store.images, c.r.PathValue("id"))
		if row == nil {
			c.fail(404, "No image found with ID "+c.r.PathValue("id"))
			return
		}
		c.json(200, row)
	})
	s.handle("GET /v2/images/{id}/members", need{work: glanceWork}, func(c *call) { c.json(200, object{"members": []object{}}) })
}

func (s *Service) placement() {
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		s.call(w, r).json(200, object{"versions": []object{version("v1.0", "CURRENT", "1.0", "1.39", "")}})
	})
	s.handle("GET /resource_providers", need{work: placementWork}, func(c *call) {
		c.json(200, object{"resource_providers": []object{}})
	})
	s.handle("GET /resource_classes", need{work: placementWork}, func(c *call) { c.json(200, object{"resource_classes": []object{{"name": "VCPU"}}}) })
	s.handle("GET /traits", need{work: placementWork}, func(c *call) { c.json(200, object{"traits": []string{}}) })
}
