package derive

import (
	"regexp"
	"slices"
	"strings"
)

// How a status got its meaning; "configured" is another one.
const (
	byName     = "name"     // its words say it
	byTeam     = "team"     // it names a team or a group that work visits
	byCategory = "category" // its tracker's category says it
	unmapped   = "unmapped" // nothing does
)

// classified is what a status means, and why.
type classified struct {
	StreamStatus
	rule string
	side StreamStage // the visit that it stands for, where it is one
}

// meaning is what words in a status' name mean. The first that matches counts.
type meaning struct {
	words  *regexp.Regexp
	stage  string
	reason string
}

// A status that waits for a step belongs to that step, and so does one that says the step is over. Names are matched in
// lower case. Chinese, Japanese and Korean need no borders of words; \b knows those of ASCII letters only, so words that
// begin or end with other letters stand outside of it.
var (
	stopped = regexp.MustCompile(`\b(blocked|blocker|impeded|impediment|on hold|hold|paused|stalled|suspended|blockiert|pausiert|bloqu\S*|en attente|en pausa|sospeso)|заблокирован|挂起|阻塞|暂停|保留|ブロック|보류`)
	waits   = regexp.MustCompile(`^(?:ready for|ready to|waiting for|waiting on|awaiting|pending|to be|to|queued for|bereit für|bereit zum|wartet auf|prêt pour|en attente de|listo para|pendiente de|pronto per|ожидает)\s+(.+)$`)
	awaits  = regexp.MustCompile(`^(?:待|等待)(.+)$`)
	queued  = regexp.MustCompile(`^(.+?)\s*(?:待ち|대기(?:\s?중)?)$`)
	over    = regexp.MustCompile(`\b(done|completed?|finished|passed|approved|reviewed|tested|verified|accepted|merged|abgeschlossen|fertig)$`)
	visits  = regexp.MustCompile(`^(?:in|with|at|bei|im)\s+(.+)$`)
	outside = regexp.MustCompile(`\b(customer|client|user|reporter|support|vendor|third party|3rd party|supplier|feedback|response|reply|info|information|answer|kunde|kunden|cliente)\b|客户|用户|反馈`)

	ends = regexp.MustCompile(`^(done|closed|resolved|completed?|finished|released|deployed|live|shipped|cancell?ed|rejected|won'?t (do|fix)|duplicate|fertig|erledigt|geschlossen|terminé|fermé|hecho|cerrado|concluído|chiuso|готово|закрыт)$|^已(完成|关闭|发布|解决|取消)|完了|완료`)

	meanings = []meaning{
		{regexp.MustCompile(`\b(selected for development|ready for (dev|development|work|sprint)|planned|next up|scheduled)\b|^ready$`), "ready", "ready"},
		{regexp.MustCompile(`\b(review|reviewing|code review|peer review|prüfung|revue|revisión|revisão|revisione)|überprüfung|ревью|评审|审查|代码评|レビュー|리뷰`), "review", "review"},
		{regexp.MustCompile(`\b(merge|merged|merging|integration)\b|合并|マージ|머지`), "merge", "merge"},
		{regexp.MustCompile(`\b(build|building|ci)\b|构建|ビルド|빌드`), "build", "ci run"},
		{regexp.MustCompile(`\b(sign[- ]?off|approv\S*|cab|change board|freigabe|approbation|aprobación|aprovação)|审批|批准|承認|승인`), "approval", "approval"},
		{regexp.MustCompile(`\b(test|tests|testing|tested|qa|quality assurance|verif\S*|validat\S*|uat|acceptance|abnahme|recette|pruebas|prueba|teste)\b|тестирован|测试|验收|验证|テスト|테스트`), "test", "test"},
		{regexp.MustCompile(`\b(deploy\S*|releas\S*|roll[- ]?out|ship|shipping|publish\S*|go[- ]live|production|veröffentlich\S*|déploie\S*|despliegue|implanta\S*)\b|发布|部署|上线|リリース|배포`), "deploy", "deploy"},
		{regexp.MustCompile(`\b(analy[sz]\S*|design\S*|refin\S*|groom\S*|specif\S*|discovery|elaborat\S*|triage\S*|estimat\S*|entwurf|konzept\S*|analyse|análisis|análise)\b|анализ|分析|设计|概设|细化|初筛|评分|评估|設計|분석`), "analysis", "analysis"},
		{regexp.MustCompile(`\b(in progress|progress|develop\S*|implement\S*|coding|doing|wip|in work|in arbeit|in bearbeitung|entwicklung|en cours|en curso|en progreso|em andamento|in corso)\b|в работе|开发|进行中|处理中|実装|開発|진행`), "development", "working"},
		{regexp.MustCompile(`\b(backlog|inbox|to ?do|open|opened|new|created|reopened|icebox|offen|zu erledigen|neu|ouvert|por hacer|abierto|a fazer|aberto|da fare)\b|à faire|открыт|новый|打开|待办|未着手|할 일`), "backlog", "backlog"},
	}
)

// classify says what a status means where nobody configured it: by its words, by the teams it names, else by its tracker's
// category. What a tracker calls done is done, whatever its name.
func classify(s seenStatus, teams []Team, groups map[string]bool) classified {
	name := strings.ToLower(strings.TrimSpace(s.Name))
	if s.Category == "done" {
		return classified{StreamStatus: StreamStatus{Stage: doneStage}, rule: byCategory}
	}
	if s.Category == "" && ends.MatchString(name) {
		return classified{StreamStatus: StreamStatus{Stage: doneStage}, rule: byName}
	}
	if stopped.MatchString(name) {
		return classified{StreamStatus: StreamStatus{Class: waiting, Reason: "blocked"}, rule: byName}
	}
	if name == "approved" { // of an idea as often as of a change
		return classified{StreamStatus: StreamStatus{Class: waiting, Reason: "approved"}, rule: byName}
	}
	subject, waitsFor := awaited(name)
	class := active
	if waitsFor || over.MatchString(name) {
		class = waiting
	}
	if m, ok := meant(name, subject); ok {
		if m.stage == "backlog" || m.stage == "ready" {
			class = waiting
		}
		return classified{StreamStatus: StreamStatus{Stage: m.stage, Class: class, Reason: m.reason}, rule: byName}
	}
	if c, ok := visit(name, subject, waitsFor, teams, groups); ok {
		return c
	}
	if waitsFor { // somebody else, who is no group
		return classified{StreamStatus: StreamStatus{Class: waiting, Reason: "external"}, rule: byName}
	}
	switch s.Category {
	case "new":
		return classified{StreamStatus: StreamStatus{Stage: "backlog", Class: waiting, Reason: "backlog"}, rule: byCategory}
	case "active":
		return classified{StreamStatus: StreamStatus{Stage: "development", Class: class, Reason: "working"}, rule: byCategory}
	}
	return classified{StreamStatus: StreamStatus{Stage: "development", Class: active, Reason: "working"}, rule: unmapped}
}

// awaited is what a status waits for, by its name.
func awaited(name string) (subject string, ok bool) {
	for _, pattern := range []*regexp.Regexp{waits, awaits, queued} {
		if parts := pattern.FindStringSubmatch(name); parts != nil && name != "to do" {
			return parts[1], true
		}
	}
	return name, false
}

// meant finds what the words of a name mean; what the name says as a whole comes before what it waits for.
func meant(name, subject string) (meaning, bool) {
	for _, text := range []string{name, subject} {
		for _, m := range meanings {
			if m.words.MatchString(text) {
				return m, true
			}
		}
	}
	return meaning{}, false
}

// functions are what groups are called that are no configured team. Other names may be those of people, who are no group.
var functions = regexp.MustCompile(`^(dbas?|database|data|ux|ui|design|security|infosec|legal|compliance|privacy|operations|ops|sre|infra|infrastructure|platform|network|architecture|architects|marketing|sales|finance|product|business|support|hr|it|audit|risk)$`)

// visited lists the groups that statuses say work waits for, by their names: "waiting for DBA" makes DBA one, so that "in
// DBA" is understood too.
func visited(seen []seenStatus) map[string]bool {
	groups := map[string]bool{}
	for _, s := range seen {
		name := strings.ToLower(strings.TrimSpace(s.Name))
		subject, ok := awaited(name)
		if _, known := meant(name, subject); ok && !known && !outside.MatchString(subject) && !stopped.MatchString(name) && functions.MatchString(strings.TrimSuffix(subject, " team")) {
			groups[strings.TrimSuffix(subject, " team")] = true
		}
	}
	return groups
}

// visit is a stay with a team, or with a group that other statuses say is waited for.
func visit(name, subject string, waitsFor bool, teams []Team, groups map[string]bool) (classified, bool) {
	if parts := visits.FindStringSubmatch(name); !waitsFor && parts != nil {
		subject = parts[1]
	} else if !waitsFor {
		subject = name
	}
	subject = strings.TrimSuffix(subject, " team")
	stage := StreamStage{Name: strings.ReplaceAll(subject, " ", "-"), Title: subject, Role: subject, Side: true}
	at := slices.IndexFunc(teams, func(t Team) bool { return strings.EqualFold(t.Name, subject) })
	if at >= 0 {
		stage.Owner = teams[at].Name
	} else if !groups[subject] {
		return classified{}, false
	}
	c := classified{StreamStatus: StreamStatus{Stage: stage.Name, Class: active, Reason: subject}, rule: byTeam, side: stage}
	if waitsFor {
		c.Class = waiting
	}
	if len(subject) <= 4 {
		c.side.Title = strings.ToUpper(subject)
	} else {
		c.side.Title = titled(subject)
	}
	return c, true
}
