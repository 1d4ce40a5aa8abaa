package io.homeostat.model.internal.view;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Succession;
import io.homeostat.model.Succession.Earlier;
import io.homeostat.model.Suggestions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code spec.after} and {@code spec.hold} of an Environment, among all of its repository. */
public final class SuccessionReader {

    private static final String CODE = "invalid-after";

    private SuccessionReader() {}

    /** @param all every Environment of the repository, itself included */
    public static Succession read(Document document, Collection<Document> all, List<Problem> problems) {
        Map<String, Document> byName = new TreeMap<>();
        all.forEach(each -> byName.putIfAbsent(each.key().name(), each));
        List<Earlier> after = new ArrayList<>();
        for (Node element : document.spec().sequence("after")) {
            Earlier earlier = earlier(document, element, byName, problems);
            if (earlier != null && !after.contains(earlier)) {
                after.add(earlier);
            }
        }
        Node hold = document.spec().get("hold");
        if (hold != null && document.spec().sequence("after").isEmpty()) {
            problems.add(Problem.error(
                            hold.at(), CODE, "hold says how long those before it hold a revision, and there are none")
                    .suggesting("name them: after: [staging]"));
        }
        return after.isEmpty()
                ? Succession.NONE
                : new Succession(List.copyOf(after), SyncReader.duration(document.spec(), "hold", Duration.ZERO));
    }

    private static @Nullable Earlier earlier(
            Document document, Node element, Map<String, Document> byName, List<Problem> problems) {
        String self = document.key().name();
        String name = element.toString();
        if (name.equals(self)) {
            problems.add(Problem.error(element.at(), CODE, "environment '" + self + "' cannot come after itself")
                    .suggesting("take it out of after"));
            return null;
        }
        Document other = byName.get(name);
        if (other == null) {
            problems.add(Problem.error(element.at(), CODE, "the repository has no environment '" + name + "'")
                    .expecting("one of: " + String.join(", ", byName.keySet()))
                    .suggesting(Suggestions.didYouMean(name, byName.keySet())));
            return null;
        }
        List<String> circle = circle(name, self, byName, new ArrayList<>(List.of(self)));
        if (circle != null) {
            problems.add(Problem.error(
                            element.at(),
                            CODE,
                            "each of these waits for the next, so none would ever go: " + String.join(" → ", circle))
                    .suggesting("take '" + name + "' out of after, or '" + circle.get(circle.size() - 1)
                            + "' out of that of '" + circle.get(circle.size() - 2) + "'"));
            return null;
        }
        Node.Mapping agent = other.spec().mapping("agent");
        String url = agent.text("url");
        if (url == null) {
            problems.add(Problem.error(
                            element.at(), CODE, "nobody knows where the agent of environment '" + name + "' answers")
                    .suggesting("add 'agent: {url: http://HOST:PORT}' to the Environment at " + other.at()));
            return null;
        }
        String token = agent.text("tokenFile");
        try {
            URI where = new URI(url.replaceAll("/+$", ""));
            return new Earlier(name, where, token == null ? null : Path.of(token));
        } catch (URISyntaxException told) {
            return null; // when its document was parsed
        }
    }

    /** The way from one environment to another by what each comes after; null where there is none. */
    private static @Nullable List<String> circle(
            String from, String to, Map<String, Document> byName, List<String> way) {
        if (way.indexOf(from) > 0) {
            return null; // a circle of others: theirs to be told
        }
        List<String> here = new ArrayList<>(way);
        here.add(from);
        Document document = byName.get(from);
        if (from.equals(to)) {
            return here;
        }
        for (Node next : document == null ? List.<Node>of() : document.spec().sequence("after")) {
            List<String> found = circle(next.toString(), to, byName, here);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
