package derive

import (
	"testing"
)

// Each status with its tracker's category ("" for none), and what it means: stage, class and reason, and the rule that says so.
func TestClassify(t *testing.T) {
	teams := []Team{{Name: "Security"}, {Name: "payments"}}
	groups := visited([]seenStatus{{Name: "Waiting for DBA"}, {Name: "Waiting for customer"}, {Name: "Blocked"}, {Name: "Ready for Test"}})
	for _, test := range []struct {
		status, category           string
		stage, class, reason, rule string
	}{
		// English: before the work.
		{"To Do", "new", "backlog", "waiting", "backlog", "name"},
		{"TODO", "", "backlog", "waiting", "backlog", "name"},
		{"Backlog", "new", "backlog", "waiting", "backlog", "name"},
		{"Open", "", "backlog", "waiting", "backlog", "name"},
		{"New", "new", "backlog", "waiting", "backlog", "name"},
		{"Reopened", "new", "backlog", "waiting", "backlog", "name"},
		{"Parked", "new", "backlog", "waiting", "backlog", "category"},
		{"Selected for Development", "new", "ready", "waiting", "ready", "name"},
		{"Ready for Development", "new", "ready", "waiting", "ready", "name"},
		{"Ready for Dev", "active", "ready", "waiting", "ready", "name"},
		{"Planned", "new", "ready", "waiting", "ready", "name"},
		{"Scheduled", "new", "ready", "waiting", "ready", "name"},
		// English: the work.
		{"Analysis", "active", "analysis", "active", "analysis", "name"},
		{"In Refinement", "active", "analysis", "active", "analysis", "name"},
		{"Ready for Analysis", "active", "analysis", "waiting", "analysis", "name"},
		{"Triage", "new", "analysis", "active", "analysis", "name"},
		{"In Design", "active", "analysis", "active", "analysis", "name"},
		{"In Progress", "active", "development", "active", "working", "name"},
		{"IN PROGRESS", "", "development", "active", "working", "name"},
		{"In Development", "active", "development", "active", "working", "name"},
		{"Development in progress", "active", "development", "active", "working", "name"},
		{"Doing", "", "development", "active", "working", "name"},
		{"Implementing", "active", "development", "active", "working", "name"},
		{"Under Construction", "active", "development", "active", "working", "category"},
		{"Frobbing", "", "development", "active", "working", "unmapped"},
		// English: review, test, approval, deployment.
		{"In Review", "active", "review", "active", "review", "name"},
		{"Code Review", "", "review", "active", "review", "name"},
		{"Peer Review", "active", "review", "active", "review", "name"},
		{"Ready for Review", "active", "review", "waiting", "review", "name"},
		{"Waiting for Review", "active", "review", "waiting", "review", "name"},
		{"Awaiting Code Review", "active", "review", "waiting", "review", "name"},
		{"Pending Review", "active", "review", "waiting", "review", "name"},
		{"Design Review", "active", "review", "active", "review", "name"},
		{"Review in progress", "active", "review", "active", "review", "name"},
		{"In Test", "active", "test", "active", "test", "name"},
		{"Testing", "active", "test", "active", "test", "name"},
		{"Ready for Test", "active", "test", "waiting", "test", "name"},
		{"Ready for QA", "active", "test", "waiting", "test", "name"},
		{"To be tested", "active", "test", "waiting", "test", "name"},
		{"QA", "active", "test", "active", "test", "name"},
		{"UAT", "active", "test", "active", "test", "name"},
		{"Verification", "active", "test", "active", "test", "name"},
		{"Waiting for Approval", "active", "approval", "waiting", "approval", "name"},
		{"Approved", "active", "", "waiting", "approved", "name"}, // an idea, as often as a change
		{"Ready to Merge", "active", "merge", "waiting", "merge", "name"},
		{"Waiting for build", "active", "build", "waiting", "ci run", "name"},
		{"Waiting for Anna", "active", "", "waiting", "external", "name"}, // a person is no group
		{"Ready for Release", "active", "deploy", "waiting", "deploy", "name"},
		{"Ready to Deploy", "active", "deploy", "waiting", "deploy", "name"},
		{"Awaiting Deployment", "active", "deploy", "waiting", "deploy", "name"},
		{"Deploying", "active", "deploy", "active", "deploy", "name"},
		// What is in the way, and who is outside.
		{"Blocked", "active", "", "waiting", "blocked", "name"},
		{"On Hold", "active", "", "waiting", "blocked", "name"},
		{"Paused", "new", "", "waiting", "blocked", "name"},
		{"Blocked by vendor", "active", "", "waiting", "blocked", "name"},
		{"Waiting for customer", "active", "", "waiting", "external", "name"},
		{"Waiting for Support", "active", "", "waiting", "external", "name"},
		{"Pending Feedback", "active", "", "waiting", "external", "name"},
		// Groups that work visits, and teams.
		{"Waiting for DBA", "active", "dba", "waiting", "dba", "team"},
		{"In DBA", "active", "dba", "active", "dba", "team"},
		{"With Security", "active", "security", "active", "security", "team"},
		{"Waiting for Payments team", "active", "payments", "waiting", "payments", "team"},
		// The end: the category says it, or the name where there is none.
		{"Done", "done", "done", "", "", "category"},
		{"Done", "", "done", "", "", "name"},
		{"Closed", "", "done", "", "", "name"},
		{"Released", "done", "done", "", "", "category"},
		{"Live", "", "done", "", "", "name"},
		{"Won't do", "", "done", "", "", "name"},
		{"Cancelled", "", "done", "", "", "name"},
		{"In Production", "done", "done", "", "", "category"},
		{"Code Review Done", "done", "done", "", "", "category"},
		{"Ready for Test", "done", "done", "", "", "category"}, // a team whose work ends there
		{"Blocked", "done", "done", "", "", "category"},
		// German.
		{"Offen", "new", "backlog", "waiting", "backlog", "name"},
		{"Zu erledigen", "new", "backlog", "waiting", "backlog", "name"},
		{"In Arbeit", "active", "development", "active", "working", "name"},
		{"In Bearbeitung", "", "development", "active", "working", "name"},
		{"In Überprüfung", "active", "review", "active", "review", "name"},
		{"Abnahme", "active", "test", "active", "test", "name"},
		{"Bereit für Test", "active", "test", "waiting", "test", "name"},
		{"Wartet auf Freigabe", "active", "approval", "waiting", "approval", "name"},
		{"Wartet auf Kunde", "active", "", "waiting", "external", "name"},
		{"Blockiert", "active", "", "waiting", "blocked", "name"},
		{"Erledigt", "", "done", "", "", "name"},
		{"Fertig", "done", "done", "", "", "category"},
		// French.
		{"À faire", "new", "backlog", "waiting", "backlog", "name"},
		{"En cours", "active", "development", "active", "working", "name"},
		{"En revue", "active", "review", "active", "review", "name"},
		{"Prêt pour recette", "active", "test", "waiting", "test", "name"},
		{"Bloqué", "active", "", "waiting", "blocked", "name"},
		{"En attente", "active", "", "waiting", "blocked", "name"},
		{"Terminé", "", "done", "", "", "name"},
		{"Terminé(e)", "done", "done", "", "", "category"},
		// Spanish.
		{"Por hacer", "new", "backlog", "waiting", "backlog", "name"},
		{"En curso", "active", "development", "active", "working", "name"},
		{"En revisión", "active", "review", "active", "review", "name"},
		{"En pruebas", "active", "test", "active", "test", "name"},
		{"Pendiente de aprobación", "active", "approval", "waiting", "approval", "name"},
		{"Bloqueado", "active", "", "waiting", "blocked", "name"},
		{"Hecho", "", "done", "", "", "name"},
		// Portuguese.
		{"A fazer", "new", "backlog", "waiting", "backlog", "name"},
		{"Em andamento", "active", "development", "active", "working", "name"},
		{"Em revisão", "active", "review", "active", "review", "name"},
		{"Em teste", "active", "test", "active", "test", "name"},
		{"Concluído", "", "done", "", "", "name"},
		// Italian.
		{"Da fare", "new", "backlog", "waiting", "backlog", "name"},
		{"In corso", "active", "development", "active", "working", "name"},
		{"In revisione", "active", "review", "active", "review", "name"},
		{"Sospeso", "active", "", "waiting", "blocked", "name"},
		{"Chiuso", "", "done", "", "", "name"},
		// Russian.
		{"Открыта", "new", "backlog", "waiting", "backlog", "name"},
		{"Новый", "", "backlog", "waiting", "backlog", "name"},
		{"В работе", "active", "development", "active", "working", "name"},
		{"Тестирование", "active", "test", "active", "test", "name"},
		{"Ожидает тестирования", "active", "test", "waiting", "test", "name"},
		{"Ревью", "active", "review", "active", "review", "name"},
		{"Заблокировано", "active", "", "waiting", "blocked", "name"},
		{"Готово", "", "done", "", "", "name"},
		// Chinese.
		{"待办", "new", "backlog", "waiting", "backlog", "name"},
		{"打开", "new", "backlog", "waiting", "backlog", "name"},
		{"进行中", "active", "development", "active", "working", "name"},
		{"开发中", "active", "development", "active", "working", "name"},
		{"待开发", "active", "development", "waiting", "working", "name"},
		{"测试中", "active", "test", "active", "test", "name"},
		{"待测试", "active", "test", "waiting", "test", "name"},
		{"待验收", "active", "test", "waiting", "test", "name"},
		{"代码评审", "active", "review", "active", "review", "name"},
		{"等待审批", "active", "approval", "waiting", "approval", "name"},
		{"待发布", "active", "deploy", "waiting", "deploy", "name"},
		{"需求分析", "active", "analysis", "active", "analysis", "name"},
		{"挂起", "active", "", "waiting", "blocked", "name"},
		{"已完成", "", "done", "", "", "name"},
		{"已完成", "done", "done", "", "", "category"},
		{"已发布", "", "done", "", "", "name"},
		// Japanese.
		{"未着手", "new", "backlog", "waiting", "backlog", "name"},
		{"進行中", "active", "development", "active", "working", "category"},
		{"開発中", "active", "development", "active", "working", "name"},
		{"レビュー中", "active", "review", "active", "review", "name"},
		{"テスト中", "active", "test", "active", "test", "name"},
		{"リリース待ち", "active", "deploy", "waiting", "deploy", "name"},
		{"レビュー待ち", "active", "review", "waiting", "review", "name"},
		{"完了", "", "done", "", "", "name"},
		// Korean.
		{"할 일", "new", "backlog", "waiting", "backlog", "name"},
		{"진행 중", "active", "development", "active", "working", "name"},
		{"리뷰 대기", "active", "review", "waiting", "review", "name"},
		{"테스트", "active", "test", "active", "test", "name"},
		{"보류", "active", "", "waiting", "blocked", "name"},
		{"완료", "", "done", "", "", "name"},
	} {
		t.Run(test.status+" ("+test.category+")", func(t *testing.T) {
			got := classify(seenStatus{Name: test.status, Category: test.category}, teams, groups)
			if got.Stage != test.stage || got.Class != test.class || got.Reason != test.reason || got.rule != test.rule {
				t.Errorf("got stage %q, class %q, reason %q by %s, want %q, %q, %q by %s", got.Stage, got.Class, got.Reason, got.rule, test.stage, test.class, test.reason, test.rule)
			}
		})
	}
}

// Statuses whose names lie. A tracker's "done" is the end; nothing else is, where it has a category.
func TestClassifyTraps(t *testing.T) {
	for _, test := range []struct{ status, category, stage, class string }{
		{"Done", "new", "backlog", "waiting"},               // its tracker says that work has not begun
		{"Done", "active", "development", "waiting"},        // done by somebody, and not by all
		{"Dev Done", "active", "development", "waiting"},    // nobody works on what is done
		{"Code Review Done", "active", "review", "waiting"}, // reviewed: it waits
		{"Development Complete", "active", "development", "waiting"},
		{"In Production", "active", "deploy", "active"},
		{"Not started", "new", "backlog", "waiting"},
		{"Testing complete", "active", "test", "waiting"},
		{"Ready", "new", "ready", "waiting"},
	} {
		t.Run(test.status+" ("+test.category+")", func(t *testing.T) {
			got := classify(seenStatus{Name: test.status, Category: test.category}, nil, nil)
			if got.Stage != test.stage || got.Class != test.class {
				t.Errorf("got stage %q, class %q by %s, want %q, %q", got.Stage, got.Class, got.rule, test.stage, test.class)
			}
		})
	}
}
