package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Axis;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code homeostat experiment battle}: what the same experiment showed of two, promise by promise. Pure. */
public final class BattleText {

    public static final String WORSE = "worse";
    public static final String BETTER = "better";
    public static final String SAME = "same";
    public static final String NOTHING = "nothing shown";

    private BattleText() {}

    /** @param ended data of the event with which the run ended; or the verdict {@code refused} and its reason */
    public record Side(String where, String revision, Node.Mapping ended) {
        private String verdict() {
            return ended.text("verdict", "");
        }

        private boolean showed() {
            return verdict().equals("held") || verdict().equals("broken");
        }
    }

    /**
     * {@code {outcome, why, a, b, promises: [{name, unit, limit?, lessIsWorse?, a, b, difference}]}}.
     *
     * @param worseBy percent by which B may not measure more than A in what both keep, or break at less; 0: that does not count
     */
    public static Node.Mapping compare(Side a, Side b, int worseBy) {
        List<Node.Mapping> promises = promises(a.ended(), b.ended());
        String outcome;
        String why;
        Node.Mapping slower = worseBy == 0 ? null : grown(promises, worseBy);
        Node.Mapping broken = newlyBroken(promises);
        if (!a.showed() || !b.showed()) {
            outcome = NOTHING;
            Side silent = a.showed() ? b : a;
            why = (a.showed() ? "B" : "A") + " was " + silent.verdict() + ": "
                    + silent.ended().text("reason", "");
        } else if (!a.verdict().equals(b.verdict())) {
            boolean worse = b.verdict().equals("broken");
            outcome = worse ? WORSE : BETTER;
            why = worse ? "B breaks what A keeps" : "B keeps what A breaks";
        } else if (a.verdict().equals("held") && slower != null) {
            outcome = WORSE;
            why = slower.flag("limit", false)
                    ? "what A withstands by more than " + worseBy + "% more, B does not"
                    : "of " + slower.text("name", "") + " B measures more than " + worseBy + "% more than A";
        } else if (a.verdict().equals("broken") && broken != null) {
            outcome = WORSE;
            why = "both break a promise, and B breaks what A keeps: " + broken.text("name", "");
        } else {
            outcome = SAME;
            why = a.verdict().equals("held") ? "both keep every promise" : "both break a promise";
        }
        return Node.Mapping.EMPTY
                .with("outcome", outcome)
                .with("why", why)
                .with("a", said(a))
                .with("b", said(b))
                .with("promises", new Node.Sequence(List.copyOf(promises), Position.NONE));
    }

    private static Node.Mapping said(Side side) {
        return Node.Mapping.EMPTY
                .with("where", side.where())
                .with("revision", side.revision())
                .with("verdict", side.verdict())
                .with("reason", side.ended().text("reason", ""))
                .with("broke", side.ended().text("broke", ""));
    }

    /** In the order in which the hypothesis has them; what a search found comes last. */
    private static List<Node.Mapping> promises(Node.Mapping a, Node.Mapping b) {
        Map<String, Node.Mapping> others = new TreeMap<>();
        Nodes.mappings(b.sequence("checks")).forEach(each -> others.put(each.text("name", ""), each));
        List<Node.Mapping> promises = new ArrayList<>();
        for (Node.Mapping one : Nodes.mappings(a.sequence("checks"))) {
            Node.Mapping other = others.remove(one.text("name", ""));
            promises.add(promise(one, other == null ? Node.Mapping.EMPTY : other, "during"));
        }
        others.values().forEach(other -> promises.add(promise(Node.Mapping.EMPTY, other, "during")));
        if (!a.mapping("perimeter").isEmpty() || !b.mapping("perimeter").isEmpty()) {
            promises.add(promise(limit(a.mapping("perimeter")), limit(b.mapping("perimeter")), "breaks"));
        }
        return promises;
    }

    private static Node.Mapping limit(Node.Mapping perimeter) {
        if (perimeter.isEmpty()) {
            return perimeter;
        }
        Axis axis = Axis.of(perimeter.text("axis", ""));
        Node.Mapping limit = perimeter
                .with("name", "breaks at " + perimeter.text("axis", "") + " of")
                .with("limit", Node.Bool.of(true));
        return axis != null && axis.falls() ? limit : limit.with("lessIsWorse", Node.Bool.of(true));
    }

    private static Node.Mapping promise(Node.Mapping a, Node.Mapping b, String measured) {
        Node.Mapping named = a.isEmpty() ? b : a;
        Node.Mapping promise =
                Node.Mapping.EMPTY.with("name", named.text("name", "")).with("unit", named.text("unit", ""));
        for (String flag : List.of("limit", "lessIsWorse")) {
            promise = named.flag(flag, false) ? promise.with(flag, Node.Bool.of(true)) : promise;
        }
        promise = promise.with("a", numbers(a, measured)).with("b", numbers(b, measured));
        Double one = number(a, measured);
        Double other = number(b, measured);
        return one == null || other == null
                ? promise
                : promise.with("difference", new Node.Numeric(rounded(other - one), Position.NONE));
    }

    private static Node.Mapping numbers(Node.Mapping of, String measured) {
        Node.Mapping numbers = Node.Mapping.EMPTY;
        for (String key : List.of("looks", "held", "broken", "before", "worst")) {
            Node value = of.get(key);
            numbers = value == null ? numbers : numbers.with(key, value);
        }
        Node value = of.get(measured);
        return value == null ? numbers : numbers.with("measured", value);
    }

    private static Node.@Nullable Mapping grown(List<Node.Mapping> promises, int percent) {
        for (Node.Mapping each : promises) {
            Double one = number(each.mapping("a"), "measured");
            Double other = number(each.mapping("b"), "measured");
            if (other == null || (one == null && !each.flag("limit", false))) {
                continue;
            }
            // What nothing broke has no limit.
            boolean worse = one == null
                    || (each.flag("lessIsWorse", false)
                            ? other < one * (1 - percent / 100.0)
                            : other > one * (1 + percent / 100.0));
            if (worse) {
                return each;
            }
        }
        return null;
    }

    private static Node.@Nullable Mapping newlyBroken(List<Node.Mapping> promises) {
        return promises.stream()
                .filter(each -> each.mapping("b").integer("broken", 0) > 0
                        && each.mapping("a").integer("broken", 0) == 0
                        && each.mapping("a").integer("held", 0) > 0)
                .findFirst()
                .orElse(null);
    }

    public static List<String> lines(Node.Mapping battle, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(side("A", battle.mapping("a"), paint));
        lines.add(side("B", battle.mapping("b"), paint));
        Table table = Table.of(paint, "PROMISE", "A", "", "B", "", "DIFFERENCE");
        for (Node.Mapping each : Nodes.mappings(battle.sequence("promises"))) {
            String unit = each.text("unit", "");
            table.row(
                    each.text("name", ""),
                    kept(each.mapping("a"), paint),
                    measured(each.mapping("a"), unit),
                    kept(each.mapping("b"), paint),
                    measured(each.mapping("b"), unit),
                    difference(each, unit));
        }
        if (!table.isEmpty()) {
            lines.addAll(table.lines());
        }
        String outcome = battle.text("outcome", "");
        String words = switch (outcome) {
            case WORSE -> paint.bad("B is worse");
            case BETTER -> paint.good("B is better");
            case SAME -> paint.good("B is no worse");
            default -> paint.busy("nothing is shown");
        };
        lines.add(words + ": " + battle.text("why", ""));
        return lines;
    }

    private static String side(String letter, Node.Mapping side, Paint paint) {
        String verdict = side.text("verdict", "");
        String word = switch (verdict) {
            case "held" -> paint.good(verdict);
            case "broken" -> paint.bad(verdict);
            default -> paint.busy(verdict);
        };
        String revision = side.text("revision", "");
        return paint.strong(letter) + "  " + side.text("where", "")
                + paint.dim(" at " + revision.substring(0, Math.min(14, revision.length())))
                + "  " + word + ": " + side.text("reason", "");
    }

    private static String kept(Node.Mapping of, Paint paint) {
        int looks = of.integer("looks", 0);
        int broken = of.integer("broken", 0);
        if (of.get("looks") == null) {
            return "";
        }
        return broken > 0
                ? paint.bad("broken") + " " + broken + " of " + looks
                : paint.good("held") + " " + of.integer("held", 0) + " of " + looks;
    }

    private static String measured(Node.Mapping of, String unit) {
        Double value = number(of, "measured");
        Double worst = number(of, "worst");
        return value == null ? "" : brief(value) + " " + unit + (worst == null ? "" : " (worst " + brief(worst) + ")");
    }

    private static String difference(Node.Mapping promise, String unit) {
        Double value = number(promise, "difference");
        return value == null ? "" : (value > 0 ? "+" : "") + brief(value) + " " + unit;
    }

    private static String brief(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.1f", value);
    }

    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(Math.round(value * 1e6), 6).stripTrailingZeros();
    }

    private static @Nullable Double number(Node.Mapping of, String key) {
        return of.get(key) instanceof Node.Numeric number
                ? Double.valueOf(number.value().doubleValue())
                : null;
    }
}
