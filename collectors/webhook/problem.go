package webhook

import (
	"encoding/json"
	"net/http"
)

// problem is what the API tells of a failure everywhere: see RFC 9457.
type problem struct {
	Status int      `json:"status"`
	Title  string   `json:"title"`
	Detail string   `json:"detail"`
	Errors []detail `json:"errors,omitempty"`
}

// detail is one fault and where it stands.
type detail struct {
	Message  string `json:"message"`
	Location string `json:"location"`
}

// refusal is an answer other than 2xx.
type refusal struct {
	status  int
	reason  string
	details []detail
}

func (r *refusal) Error() string { return r.reason }

func refuse(status int, reason string) *refusal { return &refusal{status: status, reason: reason} }

func writeProblem(w http.ResponseWriter, r *refusal) {
	switch r.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	}
	answer(w, r.status, "application/problem+json", problem{Status: r.status, Title: http.StatusText(r.status), Detail: r.reason, Errors: r.details})
}

func answer(w http.ResponseWriter, status int, contentType string, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // texts and numbers: cannot fail
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A sender that has gone will send again.
	_, _ = w.Write(append(text, '\n'))
}
