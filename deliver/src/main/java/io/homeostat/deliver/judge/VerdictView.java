package io.homeostat.deliver.judge;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A verdict as JSON, with every number behind it. */
public final class VerdictView {

    private VerdictView() {}

    /** {@code verdict}, {@code reason}, {@code findings}. */
    public static Node.Mapping of(Verdict verdict) {
        List<Node> findings = new ArrayList<>();
        for (Finding finding : verdict.findings()) {
            findings.add(of(finding));
        }
        return Node.Mapping.EMPTY
                .with("verdict", verdict.word())
                .with("reason", verdict.reason())
                .with("findings", new Node.Sequence(findings, Position.NONE));
    }

    /** {@code wouldShow} (worse or good enough) and {@code timesTheTraffic}. */
    public static Node.Mapping of(Outlook outlook) {
        return Node.Mapping.EMPTY
                .with("wouldShow", outlook.worse() ? "worse" : "good enough")
                .with("timesTheTraffic", number(outlook.factor()));
    }

    private static Node.Mapping of(Finding finding) {
        return Node.Mapping.EMPTY
                .with("metric", finding.metric())
                .with(
                        "decision",
                        finding.decision().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .with("baseline", arm(finding.baselineSeen(), finding.baselineValue()))
                .with("canary", arm(finding.canarySeen(), finding.canaryValue()))
                .with("ratio", number(finding.ratio()))
                .with(
                        "interval",
                        Node.Mapping.EMPTY
                                .with("lower", number(finding.interval().lower()))
                                .with("upper", number(finding.interval().upper())))
                .with("lnE", number(finding.logE()))
                .with("pValue", number(finding.pValue()))
                .with("alpha", number(finding.alpha()));
    }

    private static Node.Mapping arm(double seen, double value) {
        return Node.Mapping.EMPTY.with("seen", number(seen)).with("value", number(value));
    }

    /** Nine digits; null for what is no number or unbounded. */
    public static Node number(double value) {
        return Double.isFinite(value)
                ? new Node.Numeric(
                        new BigDecimal(value).round(new MathContext(9)).stripTrailingZeros(), Position.NONE)
                : new Node.Null(Position.NONE);
    }
}
