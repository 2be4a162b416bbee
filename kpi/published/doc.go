// Package published computes the figures of the reliability experiments that the
// OpenStack performance documentation published in 2016, as they were computed then:
//
//   - baseline: the iterations from the eleventh to the last one that had ended when the
//     fault began
//   - downtime: the sum of the error clusters, each from half way to the iteration before
//     it to half way to the one after it
//   - time to recover: the sum of the clusters in which the moving mean of 21 good
//     iterations is at the baseline's mean plus four standard deviations, or over it
//   - degradation: what the mean in such a cluster is over the baseline's, as a difference
//     and as a ratio, with a 95 % interval of Student's t; summed over the clusters
//
// A cluster may have six others in a row within it. Over several runs each figure is the
// mean of those runs that have any.
//
// These figures are here so that an engine can be held against a record that others have
// made. They are no good measure: a stall of all clients has no iteration and so counts as
// no downtime, ratios are summed, a recovery may be shorter than the downtime, and runs
// without a degradation are left out of the mean. Package kpi is the corrected method.
//
// Sources: https://docs.openstack.org/developer/performance-docs/test_results/reliability/version_2/,
// https://github.com/shakhat/rally-runners (rally_runners/reliability/analytics.py, from
// which the corner cases are known).
package published
