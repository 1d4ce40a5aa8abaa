package io.homeostat.cli.command;

import io.homeostat.cli.show.JudgeText;
import io.homeostat.deliver.judge.Policy;
import io.homeostat.deliver.judge.Verdict;
import io.homeostat.deliver.recorded.Recorded;
import io.homeostat.deliver.recorded.RecordedView;
import io.homeostat.deliver.recorded.Replay;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Is the canary worse, by recorded numbers? */
public final class JudgeCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("is the canary worse? The judge of rollouts, on recorded numbers")
                .required("FILE", "file", "CSV or JSON: requests, errors and latencies of both arms.")
                .option("--alpha", "SHARE", "Chance that an equal canary is called worse (default: 0.01).")
                .option("--margin", "RATIO", "Worse: errors shown to be above so many times the baseline's (1).")
                .option("--tolerance", "RATIO", "Good enough: shown to be below so many times (default: 1.5).")
                .option("--acceptable", "SHARE", "Or shown to fail on less than this share of requests (0.001).")
                .option("--quantile", "SHARE", "Latency quantile that is compared (default: 0.99).")
                .option("--latency-margin", "RATIO", "Worse: it is shown to be above so many times (default: 1.1).")
                .option("--latency-tolerance", "RATIO", "Good enough: shown to be below so many times (1.5).")
                .option("--latency-acceptable", "SECONDS", "No worse: higher by less than this (default: 0).")
                .option(
                        "--burst",
                        "SECONDS",
                        "Errors, and slow requests, within so many seconds weigh as one (default: 0, each counts).")
                .option("--warmup", "SECONDS", "Pass over the canary's first seconds (default: 0).")
                .option("--canary", "NAME", "The canary's arm (default: canary).")
                .option("--baseline", "NAME", "The other one (default: the first that is not the canary).")
                .output()
                .paragraph(
                        "CSV has a heading with time, arm and any of requests, errors, latency_ms. JSON is {\"arms\": [{\"name\", "
                                + "\"share\", \"errors\"}, …], \"prior\": k} for one pair of counts, or {\"series\": [{\"time\", \"arms\": "
                                + "[{\"name\", \"requests\", \"errors\", \"latencies_ms\"}, …]}, …]}.")
                .paragraph(
                        "The tests may be looked at any moment, so each second that was recorded is one look. Exit code 0 when the "
                                + "canary is good enough, 1 when it is worse, 2 when the numbers cannot tell.")
                .example("homeostat judge examples/judge/tenfold.csv", "A canary that fails ten times as often.")
                .example(
                        "homeostat judge examples/judge/counts.json --alpha 0.05 -o json",
                        "One pair of counts, for programs.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Policy policy = Policy.DEFAULT
                .withAlpha(number(call, "--alpha", Policy.DEFAULT.alpha(), 0, 1))
                .withRatios(
                        number(call, "--margin", Policy.DEFAULT.margin(), 0.001, 1000),
                        number(call, "--tolerance", Policy.DEFAULT.tolerance(), 0.001, 1000))
                .withAcceptableRate(number(call, "--acceptable", Policy.DEFAULT.acceptableRate(), -1, 1))
                .withLatency(
                        number(call, "--quantile", Policy.DEFAULT.quantile(), 0, 1),
                        number(call, "--latency-margin", Policy.DEFAULT.latencyMargin(), 0.5, 1000),
                        number(call, "--latency-tolerance", Policy.DEFAULT.latencyTolerance(), 0.5, 1000),
                        number(call, "--latency-acceptable", Policy.DEFAULT.latencyAcceptable(), -1, 86_400));
        String canary = call.value("--canary");
        Replay.Settings settings = new Replay.Settings(
                policy,
                number(call, "--burst", 0, -1, 86_400),
                number(call, "--warmup", 0, -1, 86_400),
                canary == null ? "canary" : canary,
                call.value("--baseline"));
        return switch (Recorded.judge(file(call.argument("FILE")), settings)) {
            case Recorded.Malformed malformed ->
                throw Failure.of(
                        malformed.problem().toString(), "nothing was judged; homeostat judge --help shows both forms");
            case Recorded.Counts counts -> answer(call, RecordedView.of(counts), counts.verdict());
            case Recorded.Series series ->
                answer(call, RecordedView.of(series.result()), series.result().verdict());
        };
    }

    private static int answer(Call call, Node.Mapping view, Verdict verdict) {
        call.print(view, JudgeText.lines(view, call.paint()));
        return switch (verdict) {
            case Verdict.Pass _ -> Exit.DONE;
            case Verdict.Fail _ -> Exit.FAILED;
            case Verdict.Inconclusive _, Verdict.NoData _ -> Exit.SOMETHING;
        };
    }

    private static Path file(String given) throws Failure {
        try {
            Path path = Path.of(given);
            if (Files.isRegularFile(path)) {
                return path;
            }
            throw Failure.of(given + (Files.exists(path) ? " is not a file" : " does not exist"), "");
        } catch (InvalidPathException unusable) {
            throw Failure.wrongUse("'" + given + "' is no path", "");
        }
    }

    /** A number between two others, neither included. */
    private static double number(Call call, String option, double otherwise, double above, double below)
            throws Failure {
        String value = call.value(option);
        if (value == null) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(value);
            if (number > above && number < below) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // Said below.
        }
        throw Failure.wrongUse(
                "'" + option + "' is '" + value + "'",
                "a number " + (above < 0 ? "from 0" : "above " + above) + ", below " + below);
    }
}
