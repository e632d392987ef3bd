package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	ce "github.com/cloudevents/sdk-go/v2/protocol/http"
)

// takeEvents takes CDEvents: one in CloudEvents' binary or structured mode, a batch, or one as it is.
func (h *Hook) takeEvents(w http.ResponseWriter, r *http.Request) (n int, err error) {
	defer func() {
		if err != nil {
			h.refused()
		}
	}()
	if no := h.verify(r, nil); no != nil {
		return 0, no
	}
	sent, err := h.body(w, r)
	if err != nil {
		return 0, err
	}
	events, single, err := unwrap(r, sent)
	if err != nil {
		return 0, refuse(http.StatusBadRequest, err.Error())
	}
	entries := make([]entry, len(events))
	for i, e := range events {
		entries[i] = entry{At: h.now().UTC(), Event: e.Type(), Delivery: e.ID(), Body: e.Data()}
	}
	if single {
		// Whoever sends one event hears at once what is wrong with it. Of a batch the good ones are used, and the bad set aside.
		if _, err := h.statements(entries[0]); err != nil {
			return 0, refuse(http.StatusUnprocessableEntity, "the event cannot be used: "+err.Error())
		}
	}
	if len(entries) == 0 {
		return 0, nil
	}
	if err := h.accept(entries); err != nil {
		return 0, err
	}
	return len(entries), nil
}

// unwrap takes CDEvents out of the CloudEvents that carry them.
func unwrap(r *http.Request, sent []byte) (events []event.Event, single bool, err error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		media = ""
	}
	again := &http.Request{Method: r.Method, URL: r.URL, Header: r.Header, Body: io.NopCloser(bytes.NewReader(sent)), ContentLength: int64(len(sent))}
	switch {
	case media == event.ApplicationCloudEventsBatchJSON:
		events, err = ce.NewEventsFromHTTPRequest(again)
	case media == event.ApplicationCloudEventsJSON || r.Header.Get("Ce-Specversion") != "":
		var one *event.Event
		if one, err = ce.NewEventFromHTTPRequest(again); err == nil {
			events, single = []event.Event{*one}, true
		}
	default:
		var one event.Event
		if one, err = bare(sent); err == nil {
			events, single = []event.Event{one}, true
		}
	}
	if err != nil {
		return nil, false, fmt.Errorf("what was sent is no CloudEvent: %w", err)
	}
	for i, e := range events {
		if err := e.Validate(); err != nil {
			return nil, false, fmt.Errorf("event %d is no valid CloudEvent: %s", i+1, strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "))
		}
	}
	return events, single, nil
}

// bare wraps a CDEvent that was sent as it is.
func bare(sent []byte) (event.Event, error) {
	var head struct {
		Context struct {
			ID     string `json:"id"`
			Source string `json:"source"`
			Type   string `json:"type"`
		} `json:"context"`
	}
	e := event.New()
	if err := json.Unmarshal(sent, &head); err != nil {
		return e, fmt.Errorf("it is not JSON: %w", err)
	}
	if head.Context.Type == "" {
		return e, fmt.Errorf("it has neither a Content-Type of application/cloudevents+json, nor the header Ce-Specversion, nor a CDEvent's context")
	}
	e.SetID(head.Context.ID)
	e.SetSource(head.Context.Source)
	e.SetType(head.Context.Type)
	return e, e.SetData(event.ApplicationJSON, json.RawMessage(sent))
}
