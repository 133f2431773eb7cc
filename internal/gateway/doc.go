// Package gateway is the way of every request to a language model. It opens
// the person's key at the last moment, sends, streams back, and keeps a record
// of each request: it limits, caches, retries and counts what was spent, so
// that nothing else has to, and nothing can reach a provider around it.
//
// Read RoundTrip in transport.go first; it is the way in order. Each station
// has its file:
//
//	door.go      tools of the person's own come in
//	route.go     what can be asked, and nothing else
//	limits.go    how much of it
//	scan.go      what is in a request, without decoding it
//	cache.go     answers that are kept; flight.go: one answer for several
//	worst.go     what a request can cost, held back under a cap
//	upstream.go  where it goes, and with whose key; header.go: with what else
//	retry.go     again, if nothing has come back; breaker.go: not at all
//	body.go      the answer on its way back
//	scrub.go     without the key
//	meter.go     and counted; sniffer.go: by looking into passing JSON
//	recorder.go  written down
//	refuse.go    refusals in the words of the provider
package gateway
