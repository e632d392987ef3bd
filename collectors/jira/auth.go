package jira

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	gojira "github.com/andygrunwald/go-jira"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/secret"
)

// atlassianTokens is where Atlassian gives out tokens.
const atlassianTokens = "https://auth.atlassian.com/oauth/token" //nolint:gosec // an address, not a secret

// transport signs requests to the site in before they go to the line. Secrets are read here, which is late enough for a
// configuration to be checked without them. Kept answers are given to anybody, and there is nothing to exchange tokens at.
func (a Auth) transport(site *url.URL, line *access.Line) (http.RoundTripper, error) {
	plain := line.Client().Transport
	if line.Replaying() {
		return plain, nil
	}
	signed, err := a.signed(line)
	if err != nil {
		return nil, err
	}
	return &guarded{site: site, signed: signed, plain: plain}, nil
}

// guarded signs requests to the site only: whoever answers there may redirect to anywhere.
type guarded struct {
	site          *url.URL
	signed, plain http.RoundTripper
}

// RoundTrip implements http.RoundTripper. A site that insists on https is still the site; one that leaves it is not.
func (g *guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.EqualFold(req.URL.Host, g.site.Host) && (req.URL.Scheme == g.site.Scheme || req.URL.Scheme == "https") {
		return g.signed.RoundTrip(req)
	}
	return g.plain.RoundTrip(req)
}

func (a Auth) signed(line *access.Line) (http.RoundTripper, error) {
	base := line.Client().Transport
	if a.OAuth.ClientID != "" {
		return a.OAuth.transport(line)
	}
	token, err := a.Token.Value()
	if err != nil {
		return nil, fmt.Errorf("sign in to Jira: %w", err)
	}
	if a.Email != "" {
		return &gojira.BasicAuthTransport{Username: a.Email, Password: token, Transport: base}, nil
	}
	return &gojira.PATAuthTransport{Token: token, Transport: base}, nil
}

func (o OAuth) transport(line *access.Line) (http.RoundTripper, error) {
	password, err := o.ClientSecret.Value()
	if err != nil {
		return nil, fmt.Errorf("sign in to Jira: %w", err)
	}
	address := o.TokenURL
	if address == "" {
		address = atlassianTokens
	}
	// Tokens are asked for by the same line as everything else, but never kept, and of nobody that is not configured.
	tokens := line.Client()
	tokens.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ctx := context.WithValue(access.NotKept(context.Background()), oauth2.HTTPClient, tokens)
	var source oauth2.TokenSource
	if o.RefreshToken.IsZero() {
		own := clientcredentials.Config{ClientID: o.ClientID, ClientSecret: password, TokenURL: address}
		source = own.TokenSource(ctx)
	} else {
		refresh, err := o.RefreshToken.Value()
		if err != nil {
			return nil, fmt.Errorf("sign in to Jira: %w", err)
		}
		application := oauth2.Config{ClientID: o.ClientID, ClientSecret: password, Endpoint: oauth2.Endpoint{TokenURL: address}}
		source = oauth2.ReuseTokenSource(nil, &rotating{ctx: ctx, application: application, kept: o.RefreshToken, refresh: refresh})
	}
	return &oauth2.Transport{Source: source, Base: line.Client().Transport}, nil
}

// rotating exchanges a refresh token for an access token. Atlassian gives out a new refresh token each time and soon
// refuses the old one, so the new one is written where the old one was read.
type rotating struct {
	ctx         context.Context //nolint:containedctx // oauth2 takes its client from a context
	application oauth2.Config
	kept        secret.Secret

	mu      sync.Mutex
	refresh string
}

// Token implements oauth2.TokenSource.
func (r *rotating) Token() (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	token, err := r.application.TokenSource(r.ctx, &oauth2.Token{RefreshToken: r.refresh}).Token()
	if err != nil {
		return nil, fmt.Errorf("exchange the refresh token for access to Jira: %w", err)
	}
	if token.RefreshToken != "" && token.RefreshToken != r.refresh {
		r.refresh = token.RefreshToken
		if err := keep(r.kept, r.refresh); err != nil {
			slog.Warn("jira replaced the refresh token and it could not be kept: after a restart the application has to be authorised again", "error", err)
		}
	}
	return token, nil
}

// keep replaces the text of a secret's file in one step, readable for its owner only.
func keep(s secret.Secret, value string) error {
	if s.File == "" {
		return errors.New("refresh_token is not a `file`")
	}
	f, err := os.CreateTemp(filepath.Dir(s.File), ".refresh-*")
	if err != nil {
		return fmt.Errorf("keep the new refresh token: %w", err)
	}
	_, err = f.WriteString(value + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), s.File)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep the new refresh token: %w", err)
	}
	return nil
}
