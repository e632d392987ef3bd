package main

import (
	"strings"
	"testing"
)

// TestGitRefusesSameNames: records of two repositories must not be taken for those of one.
func TestGitRefusesSameNames(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"one/shop", "two/shop", "three/shop", "four/till"} {
		p.repository(name, 1)
		p.git(1, name, "tag", "v1.0.0")
	}
	p.git(1, "three/shop", "remote", "add", "origin", "https://git.example.org/acme/shop.git")
	window := " --from 2026-03-01 --to 2026-04-01"
	tests := []struct {
		args string
		want string // part of the sentence; "" where nothing is wrong
	}{
		{"one/shop two/shop", "one/shop and two/shop would both be the repository shop"},
		{"one/shop two/shop --service till", "would both be the repository shop"},
		{"one/shop ./one/shop/.git", "would both be the repository shop"},
		{"one/shop three/shop", "would both deploy the service shop; analyse them one at a time"},
		{"one/shop three/shop --service till", "would both deploy the service till"},
		{"one/shop four/till", ""},
	}
	for _, test := range tests {
		got := p.weir(strings.Fields("git " + test.args + window)...)
		if test.want == "" {
			if got.status != 0 || !strings.Contains(got.stdout, "2, on 1 of 31 days") {
				t.Errorf("weir git %s: status %d, stderr %q, stdout\n%s", test.args, got.status, got.stderr, got.stdout)
			}
			continue
		}
		if got.status != exitUsage || !strings.Contains(got.stderr, test.want) || strings.Count(got.stderr, "\n") != 1 || got.stdout != "" {
			t.Errorf("weir git %s: status %d, stdout %q, stderr %q; want %q", test.args, got.status, got.stdout, got.stderr, test.want)
		}
	}
}

func TestKeysOfAGitSource(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 1)
	p.git(1, "shop", "tag", "ship-a")
	p.write("weir.yaml", `sources:
  - name: the shop
    git: {path: shop, repo: acme/shop, service: till, branch: main, tags: ^ship-, environment: blue, environment_kind: staging, line_counts: true}
`)
	p.succeed("sync", "--data-dir", "data")
	p.succeed("export", "out", "--format", "csv", "--data-dir", "data")
	if got := p.read("out/deployments.csv"); !strings.Contains(got, "till,blue,ship-a,staging,acme/shop,") {
		t.Errorf("the deployments are\n%s", got)
	}
	for _, key := range []string{"cachedir: x", "cache_dir: x", "linecounts: true", "environmentkind: staging"} {
		p.write("weir.yaml", "sources:\n  - name: the shop\n    git:\n      path: shop\n      "+key+"\n")
		if got := p.weir("sync", "--data-dir", "data"); got.status != exitFailure || !strings.Contains(got.stderr, "weir.yaml:5:7: there is no key") {
			t.Errorf("%s: status %d, stderr %q", key, got.status, got.stderr)
		}
	}
}
