// Package rabbitmq sends numbered messages through a queue of its own in RabbitMQ and
// takes them out again: what is lost, doubled, overtaken, refused or never confirmed.
package rabbitmq
