// Package reports shows what kpi found: one view model, and a writer for each
// form (run.json, a page, plain text). A writer adds nothing and judges
// nothing; the same record gives the same bytes.
package reports
