package webhook

import "time"

// Stats is how a hook is doing, for its health and for Prometheus.
type Stats struct {
	Hook         string
	Vendor       Vendor
	Received     uint64 // events accepted since this process began
	Refused      uint64 // requests refused since this process began: not verified, too large, not understood
	Waiting      uint64 // events in the journal that are not written yet
	JournalBytes int64
	LastReceived time.Time // zero: not since this process began
	LastRejected string    // why the last event was set aside, since this process began

	counts          // Written, Ignored and Rejected, since the journal was begun
	position uint64 // up to which entry everything is written
}

// Stats tells how the hook is doing. Written, Ignored and Rejected count since the journal was begun. A hook to which nothing was
// sent since this process began, and which did not run, knows of nothing.
func (h *Hook) Stats() Stats {
	h.mu.Lock()
	s, j := h.stats, h.journal
	h.mu.Unlock()
	s.Hook, s.Vendor = h.Name(), h.vendor
	if j != nil {
		s.Waiting, s.JournalBytes = j.mark()-min(s.position, j.mark()), j.bytes()
	}
	return s
}
