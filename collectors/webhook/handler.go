package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/weirhq/weir/warehouse/files"
)

// The paths of what is pushed.
const (
	HooksPath   = "/api/v1/hooks/{name}"   // GitHub, GitLab, Jira and, by name, CDEvents
	EventsPath  = "/api/v1/events"         // CDEvents
	RecordsPath = "/api/v1/records/{kind}" // the import's JSON
)

// Handler takes what is pushed to the hooks, at the three paths, by POST.
func Handler(hooks []*Hook) http.Handler {
	mux := http.NewServeMux()
	route := func(path string, take func(w http.ResponseWriter, r *http.Request) (accepted int, err error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			accepted, err := take(w, r)
			status := http.StatusAccepted
			if accepted == 0 {
				status = http.StatusOK
			}
			var refused *refusal
			switch {
			case errors.As(err, &refused):
				writeProblem(w, refused)
			case err != nil:
				writeProblem(w, refuse(http.StatusServiceUnavailable, "what was sent could not be put on disk, so it was not accepted: "+err.Error()))
			default:
				answer(w, status, "application/json", map[string]int{"accepted": accepted})
			}
		})
	}
	s := server(hooks)
	route(HooksPath, s.hook)
	route(EventsPath, s.events)
	route(RecordsPath, s.records)
	return mux
}

type server []*Hook

// hook takes a delivery at the address of its hook.
func (s server) hook(w http.ResponseWriter, r *http.Request) (int, error) {
	for _, h := range s {
		if h.Name() != r.PathValue("name") {
			continue
		}
		switch h.vendor {
		case Records:
			return 0, refuse(http.StatusNotFound, "the hook "+h.Name()+" takes records, at /api/v1/records/KIND")
		case CDEvents:
			return h.takeEvents(w, r)
		default:
			return h.takeDelivery(w, r)
		}
	}
	return 0, refuse(http.StatusNotFound, fmt.Sprintf("there is no hook %q; configure it below `hooks`", r.PathValue("name")))
}

func (s server) events(w http.ResponseWriter, r *http.Request) (int, error) {
	h, err := s.choose(CDEvents, r)
	if err != nil {
		return 0, err
	}
	return h.takeEvents(w, r)
}

func (s server) records(w http.ResponseWriter, r *http.Request) (int, error) {
	h, err := s.choose(Records, r)
	if err != nil {
		return 0, err
	}
	return h.takeRecords(w, r)
}

// choose finds the hook that a token belongs to.
func (s server) choose(vendor Vendor, r *http.Request) (*Hook, error) {
	var last *refusal
	for _, h := range s {
		if h.vendor != vendor {
			continue
		}
		if last = h.verify(r, nil); last == nil {
			return h, nil
		}
		h.refused()
	}
	if last == nil {
		return nil, refuse(http.StatusNotFound, fmt.Sprintf("no hook takes %s here; configure one: `hooks: [{name: NAME, %[1]s: {secret: {env: VARIABLE}}}]`", vendor))
	}
	return nil, last
}

// refused counts a request that was not accepted.
func (h *Hook) refused() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stats.Refused++
}

// body reads what is sent, up to the hook's limit.
func (h *Hook) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.configuration.maxBytes()))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("more than %d MB was sent at once; send less, or raise max_megabytes of the hook %q", large.Limit>>20, h.Name()))
	case err != nil:
		return nil, refuse(http.StatusBadRequest, "the request ended before it was complete: "+err.Error())
	}
	return body, nil
}

// takeDelivery takes a delivery of GitHub, GitLab or Jira.
func (h *Hook) takeDelivery(w http.ResponseWriter, r *http.Request) (n int, err error) {
	defer func() {
		if err != nil {
			h.refused()
		}
	}()
	if !h.needsBody(r) { // nobody unknown gets to fill the memory
		if no := h.verify(r, nil); no != nil {
			return 0, no
		}
	}
	sent, err := h.body(w, r)
	if err != nil {
		return 0, err
	}
	if no := h.verify(r, sent); no != nil {
		return 0, no
	}
	body := sent
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(sent))
		if err != nil || form.Get("payload") == "" {
			return 0, refuse(http.StatusBadRequest, "the form has no payload; set the webhook's content type to application/json")
		}
		body = []byte(form.Get("payload"))
	}
	if !json.Valid(body) {
		return 0, refuse(http.StatusBadRequest, "what was sent is not JSON")
	}
	e := h.delivery(r, body)
	if h.vendor == GitHub && e.Event == "ping" {
		return 0, nil
	}
	if e.Event == "" {
		return 0, refuse(http.StatusBadRequest, fmt.Sprintf("the request does not say which event of %s it is", h.vendor))
	}
	if err := h.accept([]entry{e}); err != nil {
		return 0, err
	}
	return 1, nil
}

// delivery finds what the vendor calls the event, and its id.
func (h *Hook) delivery(r *http.Request, body []byte) entry {
	e := entry{At: h.now().UTC(), Body: body}
	var named struct {
		WebhookEvent string `json:"webhookEvent"`
		ObjectKind   string `json:"object_kind"`
		EventName    string `json:"event_name"` // GitLab's system hooks
	}
	// Valid JSON of another shape names no event.
	_ = json.Unmarshal(body, &named)
	switch h.vendor {
	case GitHub:
		e.Event, e.Delivery = r.Header.Get("X-GitHub-Event"), r.Header.Get("X-GitHub-Delivery")
	case GitLab:
		e.Event, e.Delivery = named.ObjectKind, r.Header.Get("X-Gitlab-Event-UUID")
		if e.Event == "" {
			e.Event = named.EventName
		}
	case Jira:
		e.Event, e.Delivery = named.WebhookEvent, r.Header.Get("X-Atlassian-Webhook-Identifier")
	}
	return e
}

// takeRecords takes records, all of a request or none.
func (h *Hook) takeRecords(w http.ResponseWriter, r *http.Request) (n int, err error) {
	defer func() {
		if err != nil {
			h.refused()
		}
	}()
	kind := r.PathValue("kind")
	if _, err := files.TableNamed(kind); err != nil {
		return 0, refuse(http.StatusNotFound, err.Error())
	}
	sent, err := h.body(w, r)
	if err != nil {
		return 0, err
	}
	text, one, err := asLines(sent)
	if err != nil {
		return 0, refuse(http.StatusUnprocessableEntity, "nothing was accepted: "+err.Error())
	}
	records, err := parseRecords(kind, text)
	if err != nil {
		sentence, details := faults(err, one)
		return 0, &refusal{status: http.StatusUnprocessableEntity, reason: sentence, details: details}
	}
	for _, k := range h.kinds {
		n += k.records(&records).Len()
	}
	if n == 0 {
		return 0, refuse(http.StatusUnprocessableEntity, "nothing was accepted: there is no record in what was sent")
	}
	if err := h.accept([]entry{{At: h.now().UTC(), Event: kind, Body: bytes.TrimSpace(text)}}); err != nil {
		return 0, err
	}
	return n, nil
}
