// Package quotas is the workloads of the quotas of projects, whichever service
// keeps them.
package quotas
