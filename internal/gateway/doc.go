// Package gateway is the way of every request to a language model. It opens
// the person's key at the last moment, sends, streams back, and keeps a record
// of each request: it limits, caches, retries and counts what was spent, so
// that nothing else has to, and nothing can reach a provider around it.
package gateway
