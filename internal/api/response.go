package api

import "net/http"

// response holds the status back until the first byte of the body, so that a
// failure in between can still change it, and remembers it for the log.
type response struct {
	http.ResponseWriter
	status int
	sent   bool // the header is out
}

// WriteHeader keeps the status. Once the header is out it changes nothing.
func (w *response) WriteHeader(status int) {
	if !w.sent {
		w.status = status
	}
}

// Write sends the header, if it is still here, and then b.
func (w *response) Write(b []byte) (int, error) {
	w.finish()
	return w.ResponseWriter.Write(b)
}

// finish sends the header, if it is still here.
func (w *response) finish() {
	if w.sent {
		return
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.sent = true
	w.ResponseWriter.WriteHeader(w.status)
}

// Unwrap is for http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
