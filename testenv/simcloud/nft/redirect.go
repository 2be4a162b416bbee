package nft

import (
	"cmp"
	"slices"
)

// Redirect is the port of this node to which what a connection begins with is
// redirected on its way out, 0 for none; count has the rules count it. Of several
// redirects the first one counts.
func (r *Ruleset) Redirect(p Packet, count bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.tables {
		for _, c := range t.chains {
			if c.nat && t.sees(p) {
				if port := c.leads(p, r.draw, count); port != 0 {
					return port
				}
			}
		}
	}
	return 0
}

func (c *chain) leads(p Packet, draw func(int) int, count bool) int {
	for _, r := range c.rules {
		if slices.ContainsFunc(r.matches, func(m match) bool { return !m.fits(p, draw) }) {
			continue
		}
		if r.counts && count {
			r.packets++
			r.bytes += uint64(cmp.Or(p.Size, size))
		}
		if r.verdict != "" {
			return r.redirect
		}
	}
	return 0
}
