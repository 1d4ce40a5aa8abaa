package io.homeostat.cli.command;

import io.homeostat.cli.terminal.Table;
import io.homeostat.deliver.judge.VerdictView;
import io.homeostat.deliver.simulation.Simulation;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What steps would find, how soon, and what it costs. */
public final class RolloutSimulateCommand implements Command {

    private static final int DEFAULT_TRIALS = 200;

    @Override
    public void describe(Usage usage) {
        usage.summary("which steps find a worse canary, how soon, and at what cost to users")
                .option("--rate", "N", "Requests a second, both arms together (default: 200).")
                .option("--errors", "SHARE", "Share of requests that fail anyway (default: 0.001).")
                .option(
                        "--steps",
                        "PERCENTS",
                        "Canary's part of the traffic in each step, 0 to 100 (default: 5/10/25/50).")
                .option("--hold", "DURATION", "How long each step lasts (default: 5m).")
                .option("--ratios", "RATIOS", "How many times as often the canary fails (default: 1/2/5/10).")
                .option("--alpha", "SHARE", "Chance that an equal canary is called worse (default: 0.01).")
                .option("--bursts", "N", "Mean number of errors that come together (default: 1).")
                .option("--burst-window", "SECONDS", "Errors within so many seconds weigh as one (default: 0).")
                .option("--trials", "N", "Simulated rollouts for each ratio (default: 200).")
                .option("--seed", "N", "To play the same ones again (default: 1).")
                .output()
                .paragraph(
                        "Plays rollouts with made-up traffic; the judge looks at the errors once a second, and a canary that it "
                                + "calls worse goes back. FAILED is what its users saw fail by then, on average; AVOIDABLE, how much "
                                + "of that the old version would have spared them.")
                .example("homeostat rollout simulate --rate 20 --errors 0.01", "A quiet service with many errors.")
                .example(
                        "homeostat rollout simulate --steps 1/5/20/50 --hold 10m",
                        "Would a more careful start pay off?");
    }

    @Override
    public int run(Call call) throws Failure {
        Duration hold = call.value("--hold") == null ? Duration.ofMinutes(5) : Durations.parse(call.value("--hold"));
        if (hold == null || hold.toSeconds() < 1) {
            throw Failure.wrongUse("'--hold' is '" + call.value("--hold") + "'", "a duration from 1s on, such as 5m");
        }
        List<Simulation.Step> steps = new ArrayList<>();
        for (double percent : numbers("--steps", call.value("--steps"), "5/10/25/50", true, 100)) {
            steps.add(new Simulation.Step(percent / 100, (int) hold.toSeconds()));
        }
        Simulation simulation = new Simulation(
                steps,
                number("--rate", call.value("--rate"), "200", 1e6),
                number("--errors", call.value("--errors"), "0.001", 1),
                number("--alpha", call.value("--alpha"), "0.01", 1),
                number("--bursts", call.value("--bursts"), "1", 1e4),
                call.number("--burst-window", 0),
                Math.max(1, call.number("--trials", DEFAULT_TRIALS)),
                call.number("--seed", 1));
        List<Simulation.Outcome> outcomes = new ArrayList<>();
        for (double ratio : numbers("--ratios", call.value("--ratios"), "1/2/5/10", false, 1000)) {
            outcomes.add(simulation.of(ratio));
        }
        Table table = Table.of(call.paint(), "CANARY", "CALLED WORSE", "HALF BY", "90 % BY", "FAILED", "AVOIDABLE");
        for (Simulation.Outcome outcome : outcomes) {
            table.row(
                    outcome.ratio() == 1 ? "equal" : plain(outcome.ratio()) + "× errors",
                    String.format(Locale.ROOT, "%.1f %%", 100.0 * outcome.found() / outcome.trials()),
                    time(outcome.median()),
                    time(outcome.late()),
                    String.format(Locale.ROOT, "%,.1f", outcome.failed()),
                    String.format(Locale.ROOT, "%,.1f", outcome.avoidable()));
        }
        call.print(view(simulation, outcomes), table.lines());
        return Exit.DONE;
    }

    private static Node.Mapping view(Simulation simulation, List<Simulation.Outcome> outcomes) {
        List<Node> shown = new ArrayList<>();
        for (Simulation.Outcome outcome : outcomes) {
            shown.add(Node.Mapping.EMPTY
                    .with("ratio", VerdictView.number(outcome.ratio()))
                    .with("found", outcome.found())
                    .with("medianSeconds", VerdictView.number(outcome.median()))
                    .with("p90Seconds", VerdictView.number(outcome.late()))
                    .with("failed", VerdictView.number(outcome.failed()))
                    .with("avoidable", VerdictView.number(outcome.avoidable())));
        }
        return Node.Mapping.EMPTY
                .with("trials", simulation.trials())
                .with("seed", simulation.seed())
                .with("outcomes", new Node.Sequence(shown, Position.NONE));
    }

    private static String time(double seconds) {
        return Double.isInfinite(seconds) ? "never" : plain(seconds) + " s";
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static double number(String option, @Nullable String given, String otherwise, double most) throws Failure {
        List<Double> numbers = numbers(option, given, otherwise, false, most);
        if (numbers.size() > 1) {
            throw Failure.wrongUse("'" + option + "' is one number", "");
        }
        return numbers.getFirst();
    }

    /** Numbers, separated by slashes. */
    private static List<Double> numbers(
            String option, @Nullable String given, String otherwise, boolean mayBeNone, double most) throws Failure {
        List<Double> numbers = new ArrayList<>();
        for (String text : (given == null ? otherwise : given).split("/", -1)) {
            double number;
            try {
                number = Double.parseDouble(text.strip());
            } catch (NumberFormatException notOne) {
                number = Double.NaN;
            }
            boolean isEnough = mayBeNone ? number >= 0 : number > 0;
            if (!(isEnough && number <= most)) {
                throw Failure.wrongUse(
                        "'" + option + "' is '" + given + "'",
                        (mayBeNone ? "0 or more" : "above 0") + ", at most " + plain(most) + ", such as " + otherwise);
            }
            numbers.add(number);
        }
        return numbers;
    }
}
