package io.homeostat.deliver.recorded;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON: {@code {"arms": [{"name", "share" or "requests", "errors"}, …], "prior": k}} for counts whose shares stayed the same, or
 * {@code {"series": [{"time": seconds, "arms": [{"name", "requests", "errors", "latencies_ms": […]}, …]}, …]}}.
 */
final class JsonArms {

    private final String file;

    JsonArms(String file) {
        this.file = file;
    }

    /** @return the counts, or what is wrong with them */
    Object counts(Node.Mapping document) {
        List<FixedShares.Arm> arms = new ArrayList<>();
        boolean shares = false;
        boolean requests = false;
        for (Node node : document.sequence("arms")) {
            String place = "arms[" + arms.size() + "]";
            if (!(node instanceof Node.Mapping arm) || arm.text("name") == null) {
                return wrong(place + " has no name", "{\"name\": …, \"share\": …, \"errors\": …}");
            }
            shares |= arm.get("share") != null;
            requests |= arm.get("requests") != null;
            Double share = number(arm.get(arm.get("share") == null ? "requests" : "share"));
            Double errors = number(arm.get("errors"));
            if (share == null || share == 0) {
                return wrong(place + " has no share of the traffic", "'share' or 'requests' above 0");
            }
            if (errors == null) {
                return wrong(place + ".errors is missing or no number", "a number from 0 on");
            }
            arms.add(new FixedShares.Arm(arm.text("name", ""), share, errors));
        }
        if (arms.size() < 2) {
            return wrong("there is nothing to compare: " + arms.size() + " arm", "two arms or more");
        }
        if (shares && requests) {
            return wrong("some arms have a share and others requests", "the same for all");
        }
        Double prior = document.get("prior") == null ? Double.valueOf(0) : number(document.get("prior"));
        return prior == null ? wrong("prior is no number", "a number above 0") : new FixedShares(arms, prior);
    }

    /** Hands over row by row. @return what is wrong with the first that is; null when nothing is */
    @Nullable
    Problem series(Node.Mapping document, Consumer<Row> rows) {
        int index = 0;
        for (Node node : document.sequence("series")) {
            String place = "series[" + index++ + "]";
            Double time = node instanceof Node.Mapping each ? number(each.get("time")) : null;
            if (time == null) {
                return wrong(place + ".time is missing or no number", "seconds");
            }
            for (Node arm : ((Node.Mapping) node).sequence("arms")) {
                Row row = row(time, arm);
                if (row == null) {
                    return wrong(
                            place + ".arms has one that is not understood",
                            "{\"name\": …, \"requests\": …, \"errors\": at most as many, \"latencies_ms\": [numbers]}");
                }
                rows.accept(row);
            }
        }
        return null;
    }

    private static @Nullable Row row(double seconds, Node node) {
        if (!(node instanceof Node.Mapping arm) || arm.text("name") == null) {
            return null;
        }
        Double requests = number(arm.get("requests"));
        Double errors = arm.get("errors") == null ? Double.valueOf(0) : number(arm.get("errors"));
        List<Double> latencies = new ArrayList<>();
        for (Node time : arm.sequence("latencies_ms")) {
            Double latency = number(time);
            if (latency == null) {
                return null;
            }
            latencies.add(latency / 1000);
        }
        if (requests == null || errors == null || errors > requests) {
            return null;
        }
        return new Row(seconds, arm.text("name", ""), requests, errors, latencies);
    }

    private static @Nullable Double number(@Nullable Node node) {
        return node instanceof Node.Numeric number && number.value().signum() >= 0
                ? Double.valueOf(number.value().doubleValue())
                : null;
    }

    private Problem wrong(String message, String expected) {
        return Problem.error(new Position(file, 0, 0), "wrong-value", message).expecting(expected);
    }
}
