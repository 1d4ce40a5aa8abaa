package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Components and who calls whom, as the map shows them: beyond what the eye can follow, whole applications at a time. Pure. */
record SystemMap(List<Part> parts, List<Call> calls, int left) {

    /** More components than this are shown by application. */
    static final int SINGLY = 40;

    /** More applications than this are left to the list; those that are well first. */
    static final int SHOWN = 120;

    /** Those who call from outside of what is declared. */
    static final String OUTSIDE = "undeclared";

    /**
     * @param id unique on the map
     * @param link below the root; empty where there is nothing to see
     */
    record Part(String id, String name, String detail, Tone tone, String link) {}

    /**
     * @param perSecond NaN where nobody counted
     * @param failed share of the calls that failed; NaN where there were none
     */
    record Call(String from, String to, double perSecond, double failed, double p99Millis, boolean declared) {}

    /** @param answer of {@code GET /api/v1/map} */
    static SystemMap of(Node.Mapping answer) {
        List<Node.Mapping> components = Fields.objects(answer, "components");
        return components.size() > SINGLY ? byApplication(answer, components) : singly(answer, components);
    }

    private static SystemMap singly(Node.Mapping answer, List<Node.Mapping> components) {
        List<Part> parts = new ArrayList<>();
        Map<String, String> ids = new LinkedHashMap<>();
        for (Node.Mapping component : components) {
            String name = Fields.text(component, "name");
            ids.put(name, name);
            parts.add(new Part(
                    name,
                    name.substring(name.indexOf('/') + 1),
                    detail(component),
                    Tone.ofHealth(Fields.text(component, "health")),
                    Links.application(Fields.text(component, "application"))));
        }
        return new SystemMap(parts, calls(answer, ids, parts), 0);
    }

    private static String detail(Node.Mapping component) {
        int desired = component.integer("desired", 0);
        String kind = Fields.text(component, "kind");
        return desired == 0 ? kind : component.integer("ready", 0) + "/" + desired + " ready";
    }

    private static SystemMap byApplication(Node.Mapping answer, List<Node.Mapping> components) {
        Map<String, List<Node.Mapping>> groups = new LinkedHashMap<>();
        Map<String, String> ids = new LinkedHashMap<>();
        for (Node.Mapping component : components) {
            String application = Fields.text(component, "application");
            groups.computeIfAbsent(application, first -> new ArrayList<>()).add(component);
            ids.put(Fields.text(component, "name"), application);
        }
        List<Part> parts = new ArrayList<>();
        groups.forEach((application, members) -> parts.add(group(application, members)));
        parts.sort((a, b) -> b.tone().compareTo(a.tone()));
        List<Part> shown = new ArrayList<>(parts.subList(0, Math.min(SHOWN, parts.size())));
        Set<String> kept = new LinkedHashSet<>();
        shown.forEach(part -> kept.add(part.id()));
        ids.values().retainAll(kept);
        int left = parts.size() - shown.size();
        return new SystemMap(shown, calls(answer, ids, shown), left);
    }

    private static Part group(String application, List<Node.Mapping> members) {
        Tone worst = Tone.GOOD;
        int well = 0;
        for (Node.Mapping member : members) {
            Tone tone = Tone.ofHealth(Fields.text(member, "health"));
            worst = tone.compareTo(worst) > 0 ? tone : worst;
            well += tone == Tone.GOOD ? 1 : 0;
        }
        String detail = well + "/" + members.size() + " healthy";
        return new Part(application, application, detail, worst, Links.application(application));
    }

    /** @param ids which part each component is in; callers that are in none come from outside */
    private static List<Call> calls(Node.Mapping answer, Map<String, String> ids, List<Part> parts) {
        Map<String, Call> calls = new LinkedHashMap<>();
        boolean outside = false;
        for (Node.Mapping edge : Fields.objects(answer, "edges")) {
            String caller = Fields.text(edge, "caller");
            String to = ids.get(Fields.text(edge, "callee"));
            String from = caller.equals(OUTSIDE) ? OUTSIDE : ids.get(caller);
            double rate = Numbers.of(edge, "perSecond");
            boolean quietOutside = from != null && from.equals(OUTSIDE) && !(rate > 0) && !edge.flag("seen", false);
            if (to == null || from == null || from.equals(to) || quietOutside) {
                continue;
            }
            outside |= from.equals(OUTSIDE);
            Call call = new Call(
                    from,
                    to,
                    rate,
                    Numbers.of(edge, "failedShare"),
                    Numbers.of(edge, "p99Millis"),
                    edge.flag("declared", false));
            calls.merge(from + "\n" + to, call, SystemMap::together);
        }
        if (outside) {
            parts.addFirst(new Part(OUTSIDE, "outside", "callers not declared", Tone.QUIET, ""));
        }
        return List.copyOf(calls.values());
    }

    private static Call together(Call one, Call other) {
        double rate = zero(one.perSecond()) + zero(other.perSecond());
        double failed = rate == 0
                ? Double.NaN
                : (zero(one.failed()) * zero(one.perSecond()) + zero(other.failed()) * zero(other.perSecond())) / rate;
        return new Call(
                one.from(),
                one.to(),
                rate,
                failed,
                Math.max(zero(one.p99Millis()), zero(other.p99Millis())),
                one.declared() || other.declared());
    }

    private static double zero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
