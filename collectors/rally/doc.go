// Package rally reads what Rally has measured, so that it can be judged as a run of
// Eris: its old form (`rally task results`, of 2016 and before, and `rally task report
// --type old-json-results`), and `rally task report --json` of today. Each workload of a
// file is a repetition; what its hooks did are faults. What is not understood is refused
// with its place, since a figure that rests on half of a file lies.
//
// Sources: https://docs.openstack.org/rally/latest/cli_reference.html#rally-task-report,
// https://github.com/openstack/rally (rally/plugins/task/exporters, rally/common/objects/task.py).
package rally
