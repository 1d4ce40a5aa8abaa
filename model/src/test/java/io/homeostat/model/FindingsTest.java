package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final List<Problem> PROBLEMS = List.of(
            Problem.error(new Position("apps/my shop/a.yaml", 3, 7), "unknown-key", "unknown key 'x'")
                    .expecting("'y'")
                    .suggesting("did you mean 'y'?"),
            Problem.warning(Position.NONE, "note", "nothing \"much\""));

    @Test
    void asText() {
        assertThat(Findings.text(PROBLEMS)).isEqualTo("""
                        apps/my shop/a.yaml:3:7: unknown key 'x', expected 'y'; did you mean 'y'?
                        : warning: nothing "much"
                        """);
    }

    @Test
    void asJson() throws Exception {
        Node.Mapping json = (Node.Mapping) Json.read(Findings.json(PROBLEMS));
        assertThat(json.integer("errors", -1)).isEqualTo(1);
        assertThat(json.integer("warnings", -1)).isEqualTo(1);
        assertThat(json.sequence("problems").getFirst())
                .hasToString("{file: apps/my shop/a.yaml, line: 3, column: 7, severity: error, code: unknown-key,"
                        + " message: unknown key 'x', expected: 'y', suggestion: did you mean 'y'?}");
    }

    @Test
    void asSarif() {
        assertThat(Findings.sarif(PROBLEMS)).isEqualTo("""
                        {
                          "$schema" : "https://json.schemastore.org/sarif-2.1.0.json",
                          "version" : "2.1.0",
                          "runs" : [
                            {
                              "tool" : {
                                "driver" : {
                                  "name" : "homeostat",
                                  "rules" : [
                                    {
                                      "id" : "note"
                                    },
                                    {
                                      "id" : "unknown-key"
                                    }
                                  ]
                                }
                              },
                              "columnKind" : "unicodeCodePoints",
                              "results" : [
                                {
                                  "ruleId" : "unknown-key",
                                  "ruleIndex" : 1,
                                  "level" : "error",
                                  "message" : {
                                    "text" : "unknown key 'x', expected 'y'; did you mean 'y'?"
                                  },
                                  "locations" : [
                                    {
                                      "physicalLocation" : {
                                        "artifactLocation" : {
                                          "uri" : "apps/my%20shop/a.yaml"
                                        },
                                        "region" : {
                                          "startLine" : 3,
                                          "startColumn" : 7
                                        }
                                      }
                                    }
                                  ]
                                },
                                {
                                  "ruleId" : "note",
                                  "ruleIndex" : 0,
                                  "level" : "warning",
                                  "message" : {
                                    "text" : "nothing \\"much\\""
                                  }
                                }
                              ]
                            }
                          ]
                        }
                        """);
    }
}
