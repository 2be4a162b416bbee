// Package misuse has the workload that asks the APIs of OpenStack's services for
// what they have to refuse: wrong ids, types, sizes, documents, tokens, methods,
// parameters and order. An error of the 400s is the right answer.
package misuse
