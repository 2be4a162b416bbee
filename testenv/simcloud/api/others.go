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
