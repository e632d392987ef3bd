package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// verify tells whether a request may send to the hook. body is what was sent, byte for byte; tokens need none.
func (h *Hook) verify(r *http.Request, body []byte) *refusal {
	if h.access.Unsigned {
		return nil
	}
	if h.access.Secret.IsZero() {
		return fromHere(r)
	}
	secret, err := h.access.Secret.Value()
	if err != nil || secret == "" {
		h.log.Error("the secret of a hook cannot be read, so nothing is accepted", "hook", h.Name(), "error", err)
		return refuse(http.StatusServiceUnavailable, fmt.Sprintf("the secret of the hook %q cannot be read on this server; whoever operates it finds the reason in its log", h.Name()))
	}
	switch h.vendor {
	case GitHub:
		return signed(r.Header.Get("X-Hub-Signature-256"), "X-Hub-Signature-256", secret, body)
	case GitLab:
		return token(r.Header.Get("X-Gitlab-Token"), "X-Gitlab-Token", secret)
	case Jira:
		if bearer(r) != "" {
			return token(bearer(r), "Authorization", secret) // automation rules send headers, and sign nothing
		}
		return signed(r.Header.Get("X-Hub-Signature"), "X-Hub-Signature", secret, body)
	default:
		return token(bearer(r), "Authorization", secret)
	}
}

// needsBody tells whether the body is part of the proof.
func (h *Hook) needsBody(r *http.Request) bool {
	return h.vendor == GitHub || h.vendor == Jira && bearer(r) == ""
}

func bearer(r *http.Request) string {
	scheme, value, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

// signed compares a signature "sha256=…" in constant time.
func signed(sent, header, secret string, body []byte) *refusal {
	if sent == "" {
		return refuse(http.StatusUnauthorized, "the request is not signed: "+header+" is missing; give the sender the secret of this hook")
	}
	text, found := strings.CutPrefix(sent, "sha256=")
	given, err := hex.DecodeString(text)
	if !found || err != nil {
		return refuse(http.StatusUnauthorized, header+" is not a SHA-256 signature")
	}
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write(body)
	if !hmac.Equal(given, sum.Sum(nil)) {
		return refuse(http.StatusUnauthorized, header+" does not match: the sender has another secret than this hook")
	}
	return nil
}

// token compares a token in constant time, its length included.
func token(sent, header, secret string) *refusal {
	if sent == "" {
		return refuse(http.StatusUnauthorized, header+" is missing: the sender has to send the token of this hook in it")
	}
	given, wanted := sha256.Sum256([]byte(sent)), sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 {
		return refuse(http.StatusUnauthorized, header+" does not have the token of this hook")
	}
	return nil
}

// fromHere lets senders on this machine in without a token: scripts and curl beside the server. What a proxy hands on came
// from elsewhere, and a name that is not this machine's may have been pointed here by a page in somebody's browser.
func fromHere(r *http.Request) *refusal {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip := net.ParseIP(host)
	local := ip != nil && ip.IsLoopback() && isLocal(r.Host) && r.Header.Get("Origin") == ""
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
		local = local && r.Header.Get(name) == ""
	}
	if !local {
		return refuse(http.StatusUnauthorized, "without a token this takes requests from the server's own machine only: configure a hook with a secret, and send it as \"Authorization: Bearer TOKEN\"")
	}
	return nil
}

// isLocal tells whether a Host header names this machine.
func isLocal(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}
