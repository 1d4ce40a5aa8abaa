package io.homeostat.agent;

import io.homeostat.model.Node;
import io.homeostat.signal.SloView;
import io.homeostat.signal.TrackRecord;
import io.homeostat.signal.TrackRecords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every service: rate, errors and duration of its requests now, and how often and for how long it failed. Pure. */
final class ServicesView {

    private static final String SERVICE = "Service/";

    private ServicesView() {}

    /**
     * {@code {environment, seconds, services: [{service, objectives, perSecond, failedShare, p50Millis, p99Millis, failing, failures,
     * mttdSeconds, mttrSeconds, mtbfSeconds}]}}; what is not known is absent.
     *
     * @param rates {@link TopView#of} by callee
     */
    static Node.Mapping of(Collection<SloView> slos, Node.Mapping rates, TrackRecords records, String environment) {
        Map<String, Integer> objectives = new TreeMap<>();
        slos.forEach(slo -> objectives.merge(slo.slo().service(), 1, Integer::sum));
        Map<String, Node.Mapping> seen = new TreeMap<>();
        for (Node edge : rates.sequence("edges")) {
            if (edge instanceof Node.Mapping callee) {
                seen.put(name(callee.text("callee", "")), callee);
            }
        }
        records.services().forEach(service -> objectives.putIfAbsent(service, 0));
        seen.keySet().forEach(service -> objectives.putIfAbsent(service, 0));
        List<Node.Mapping> services = new ArrayList<>();
        objectives.forEach((service, count) ->
                services.add(one(service, count, seen.getOrDefault(service, Node.Mapping.EMPTY), records.of(service))));
        return Node.Mapping.EMPTY
                .with("environment", environment)
                .with("services", JsonList.of(services, each -> each));
    }

    private static Node.Mapping one(String service, int objectives, Node.Mapping rates, TrackRecord record) {
        Node.Mapping view = Node.Mapping.EMPTY.with("service", service).with("objectives", objectives);
        for (String key : List.of("perSecond", "failedShare", "p50Millis", "p99Millis")) {
            Node value = rates.get(key);
            view = value == null ? view : view.with(key, value);
        }
        view = view.with("failing", Node.Bool.of(record.isFailing()));
        for (Map.Entry<String, Node.Field> field :
                SloJson.record(record).fields().entrySet()) {
            view = view.with(field.getKey(), field.getValue().value());
        }
        return view;
    }

    /** {@code Service/api} is known as api. */
    private static String name(String callee) {
        return callee.startsWith(SERVICE) ? callee.substring(SERVICE.length()) : callee;
    }
}
