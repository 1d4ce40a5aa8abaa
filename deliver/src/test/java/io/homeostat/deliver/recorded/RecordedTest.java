package io.homeostat.deliver.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.deliver.judge.Finding;
import io.homeostat.deliver.judge.Policy;
import io.homeostat.deliver.judge.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of recorded traffic, judged. */
class RecordedTest {

    private static final Replay.Settings DEFAULT = new Replay.Settings(Policy.DEFAULT, 0, 0, "canary", null);

    @TempDir
    Path directory;

    @Test
    void oneLineForEachArmAndSecond() throws IOException {
        StringBuilder csv = new StringBuilder("time, arm, requests, errors\n");
        for (int second = 0; second < 60; second++) {
            csv.append(second).append(",stable,90,0\n");
            csv.append(second)
                    .append(",canary,10,")
                    .append(second >= 30 ? 1 : 0)
                    .append("\n");
        }

        Replay.Result result = series(csv.toString(), DEFAULT);

        assertThat(result.verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(result.baseline()).isEqualTo("stable");
        assertThat(result.since() - result.begun()).isBetween(31.0, 36.0);
        assertThat(result.looks()).hasSize(60);
        assertThat(Objects.requireNonNull(result.verdict().finding("errors"))).satisfies(errors -> {
            assertThat(errors.baselineSeen()).isEqualTo(5400);
            assertThat(errors.canarySeen()).isEqualTo(600);
            assertThat(errors.canaryValue()).isEqualTo(30);
        });
    }

    /** A cold start is slow, and says nothing about how the canary will be. */
    @Test
    void oneLineForEachRequestWithASlowWarmUp() throws IOException {
        StringBuilder csv = new StringBuilder("time,arm,latency_ms\n");
        for (int i = 0; i < 60_000; i++) {
            double second = i / 500.0;
            boolean canary = i % 2 == 0;
            double latency = canary && second < 10 ? 900 : 40 + i % 97;
            csv.append(second)
                    .append(canary ? ",canary," : ",stable,")
                    .append(latency)
                    .append("\n");
        }

        assertThat(series(csv.toString(), DEFAULT).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Fail.class, fail -> assertThat(fail.reason()).contains("p99"));
        assertThat(series(csv.toString(), new Replay.Settings(Policy.DEFAULT, 0, 15, "canary", null))
                        .verdict())
                .isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void burstsWeighAsOne() throws IOException {
        StringBuilder csv = new StringBuilder("time,arm,requests,errors\n");
        for (int second = 0; second < 60; second++) {
            csv.append(second).append(",stable,500,0\n").append(second).append(",canary,500,");
            csv.append(second == 20 || second == 40 ? 30 : 0).append("\n");
        }

        assertThat(series(csv.toString(), DEFAULT).verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(series(csv.toString(), new Replay.Settings(Policy.DEFAULT, 1, 0, "canary", null))
                        .verdict())
                .isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    void aSeriesAsJsonIsTheSameAsCsv() throws IOException {
        StringBuilder json = new StringBuilder("{\"series\": [");
        StringBuilder csv = new StringBuilder("time,arm,requests,errors\n");
        for (int second = 0; second < 20; second++) {
            csv.append(second).append(",old,90,1\n").append(second).append(",new,10,2\n");
            json.append(second == 0 ? "" : ",").append("{\"time\": ").append(second);
            json.append(", \"arms\": [{\"name\": \"old\", \"requests\": 90, \"errors\": 1},");
            json.append("{\"name\": \"new\", \"requests\": 10, \"errors\": 2, \"latencies_ms\": []}]}");
        }
        Replay.Settings named = new Replay.Settings(Policy.DEFAULT, 0, 0, "new", "old");

        assertThat(series(json + "]}", named)).isEqualTo(series(csv.toString(), named));
    }

    @Test
    void countsWithFixedShares() throws IOException {
        String file = """
                {"arms": [{"name": "stable", "share": 0.8, "errors": 148}, {"name": "canary", "share": 0.2, "errors": 62}],
                 "prior": 100}
                """;

        assertThat(judged(file, new Replay.Settings(Policy.DEFAULT.withAlpha(0.05), 0, 0, "canary", null)))
                .isInstanceOfSatisfying(Recorded.Counts.class, counts -> {
                    assertThat(counts.verdict()).isInstanceOf(Verdict.Fail.class);
                    Finding errors = counts.verdict().findings().getFirst();
                    assertThat(errors.pValue()).isBetween(0.04557962, 0.04557964);
                });
        assertThat(judged(file, DEFAULT)).isInstanceOfSatisfying(Recorded.Counts.class, counts -> {
            assertThat(counts.verdict()).isInstanceOf(Verdict.Inconclusive.class);
            assertThat(Objects.requireNonNull(counts.outlook()).worse()).isTrue();
            assertThat(counts.outlook().factor()).isBetween(1.1, 2.0);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "time,arm,error;0,a,1 | :1:1: 'error' is no column, expected some of time, arm, requests, errors, latency_ms; did you mean 'errors'?",
                "time,requests;0,1 | :1:1: there is no column 'arm'",
                "time,arm,requests;0,a,1;1,a,many | :3:1: 'requests' is 'many', expected a number from 0 on",
                "time,arm,requests,errors;0,a,1,2 | :2:1: there are more errors than requests",
                "time,arm;soon,a | :2:1: 'time' is 'soon'",
                "time,arm | : nothing is recorded in it",
                "{\"arms\": [{\"name\": \"a\", \"share\": 1, \"errors\": 0}]} | : there is nothing to compare: 1 arm",
                "{\"arms\": [{\"name\": \"a\"}]} | : arms[0] has no share of the traffic",
                "{\"series\": [{\"arms\": []}]} | : series[0].time is missing or no number",
                "{\"arms\": | : this is not JSON",
            })
    void whatIsWrongHasAPlace(String content, String said) throws IOException {
        assertThat(judged(content.replace(';', '\n'), DEFAULT))
                .isInstanceOfSatisfying(
                        Recorded.Malformed.class,
                        malformed -> assertThat(malformed.problem().toString()).contains(said));
    }

    private Replay.Result series(String content, Replay.Settings settings) throws IOException {
        return ((Recorded.Series) judged(content, settings)).result();
    }

    private Recorded judged(String content, Replay.Settings settings) throws IOException {
        return Recorded.judge(Files.writeString(directory.resolve("recorded"), content), settings);
    }
}
