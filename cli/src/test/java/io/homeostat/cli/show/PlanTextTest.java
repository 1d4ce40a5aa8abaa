package io.homeostat.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import org.junit.jupiter.api.Test;

class PlanTextTest {

    private static String shown(String json) throws Exception {
        return String.join("\n", PlanText.lines((Node.Mapping) Json.read(json), Paint.NONE));
    }

    private static String change(String before, String after) throws Exception {
        String plan = """
                {"revision": "r1", "applications": [{"name": "shop", "steps": [{"action": "update", "object": "Deployment/web",
                 "changes": [{"path": "spec.x"%s%s}]}]}]}
                """.formatted(
                before.isEmpty() ? "" : ", \"before\": " + before, after.isEmpty() ? "" : ", \"after\": " + after);
        String shown = shown(plan);
        return shown.substring(shown.indexOf("      spec.x"), shown.indexOf("\n\n1 to"))
                .stripIndent();
    }

    @Test
    void everyActionHasItsMarkAndTheUnchangedAreCounted() throws Exception {
        assertThat(shown("""
                                {"revision": "0123456789abcdef0123456789abcdef01234567", "applications": [
                                  {"name": "shop", "steps": [
                                    {"action": "create", "object": "Deployment/web"},
                                    {"action": "update", "object": "Service/web", "cause": "rollback",
                                     "changes": [{"path": "spec.ports[http].port", "before": 80, "after": 8080}]},
                                    {"action": "replace", "object": "Job/seed", "reason": "template is immutable", "changes": []},
                                    {"action": "move", "object": "ConfigMap/a", "from": "application old", "changes": []},
                                    {"action": "repair", "object": "ConfigMap/b"},
                                    {"action": "kept", "object": "ConfigMap/c", "reason": "homeostat.io/prune: disabled"},
                                    {"action": "blocked", "object": "Secret/s", "reason": "it belongs to somebody else"},
                                    {"action": "delete", "object": "Deployment/old"},
                                    {"action": "unchanged", "object": "Service/api"},
                                    {"action": "unchanged", "object": "Service/store"}],
                                   "guards": [{"guard": "freeze", "answer": "no", "reason": "frozen by ada"},
                                              {"guard": "prune limit", "answer": "yes"}]},
                                  {"name": "quiet", "steps": [{"action": "unchanged", "object": "Service/q"}], "guards": []}]}
                                """)).isEqualTo("""
                        shop
                          + Deployment/web
                          ~ Service/web (rollback)
                              spec.ports[http].port: 80 → 8080
                          ± Job/seed  deleted and created anew: template is immutable
                          > ConfigMap/a  moved from application old
                          * ConfigMap/b  repaired
                          = ConfigMap/c  kept: homeostat.io/prune: disabled
                          ! Secret/s  blocked: it belongs to somebody else
                          - Deployment/old  no longer in Git
                          held by freeze: frozen by ada

                        1 to create, 1 to update, 1 to replace, 1 to move, 1 to repair, 1 to delete, 1 kept, 1 blocked, 3 unchanged \
                        (revision 0123456).""");
    }

    @Test
    void noChangeIsOneSentence() throws Exception {
        assertThat(shown("""
                                {"revision": "r", "applications": [{"name": "a", "steps": [{"action": "unchanged", "object": "Service/a"}]}]}
                                """)).isEqualTo("No changes: 1 object is as Git says (revision r).");
    }

    @Test
    void oneLineValuesStandOnOneLine() throws Exception {
        assertThat(change("1", "2")).isEqualTo("spec.x: 1 → 2");
        assertThat(change("", "\"new\"")).isEqualTo("spec.x: new");
        assertThat(change("\"old\"", "")).isEqualTo("spec.x: old (removed)");
        assertThat(change("\"\"", "\"a\"")).isEqualTo("spec.x: \"\" → a");
        assertThat(change("\"‹secret›\"", "\"‹secret›\"")).isEqualTo("spec.x: ‹secret› → ‹secret›");
    }

    @Test
    void textsOfSeveralLinesAreComparedByLineWithWhatIsTheSameShortened() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            lines.append("line ").append(i).append("\\n");
        }

        assertThat(change(
                        "\"" + lines + "\"",
                        "\"" + lines.toString().replace("line 10\\n", "line ten\\nand more\\n") + "\""))
                .isEqualTo("""
                        spec.x:
                            … 7 lines unchanged
                            line 8
                            line 9
                          - line 10
                          + line ten
                          + and more
                            line 11
                            line 12
                            … 8 lines unchanged""");
    }

    @Test
    void listsAndMappingsAreComparedAsTheyWouldBeWritten() throws Exception {
        assertThat(change(
                        "[{\"name\": \"a\", \"value\": \"1\"}, {\"name\": \"b\", \"env\": [\"x\"]}]",
                        "[{\"name\": \"a\", \"value\": \"2\"}, {\"name\": \"b\", \"env\": [\"x\"]}]"))
                .isEqualTo("""
                        spec.x:
                            - name: a
                          -   value: 1
                          +   value: 2
                            - name: b
                              env:
                                - x""");
    }

    @Test
    void aHugeTextIsCountedInsteadOfCompared() throws Exception {
        String huge = "x\\n".repeat(5_000);

        assertThat(change("\"" + huge + "\"", "\"" + huge + "y\""))
                .contains("- 5000 lines")
                .contains("+ 5001 lines");
    }

    private static Node.Mapping planWith(String severity, String text) throws Exception {
        return (Node.Mapping) Json.read("""
                {"revision": "r", "applications": [], "problems": [{"severity": "%s", "text": "%s"}]}
                """.formatted(severity, text));
    }

    @Test
    void problemsMakeItAnErrorAndAreShown() throws Exception {
        Node.Mapping plan = planWith("error", "web.yaml:1:1: unknown key 'x'");

        assertThat(PlanText.hasErrors(plan)).isTrue();
        assertThat(PlanText.lines(plan, Paint.NONE)).contains("  ✗ web.yaml:1:1: unknown key 'x'");
    }

    @Test
    void warningsAreShownAndLetItPass() throws Exception {
        Node.Mapping plan = planWith("warning", "web.yaml:1:1: warning: no probe");

        assertThat(PlanText.hasErrors(plan)).isFalse();
        assertThat(PlanText.lines(plan, Paint.NONE)).contains("  ! web.yaml:1:1: warning: no probe");
    }
}
