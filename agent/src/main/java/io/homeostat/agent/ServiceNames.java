package io.homeostat.agent;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Services by the names that their callers use: {@code web}, {@code web.shop}, {@code web.shop.svc} and
 * {@code web.shop.svc.cluster.local}. An agent beside a cluster, or on a machine, has nobody else to ask. Pure.
 */
final class ServiceNames {

    private ServiceNames() {}

    /**
     * The URL with the address of a Service in place of its name; as it is when its host is none that has an address, and when
     * who is called shows a certificate with that name and the host is found without us.
     *
     * @param namespaces of which a name without one is meant first
     * @param isFound whether the agent's own resolver knows a host
     * @throws IOException when several are called so, with their names
     */
    static String resolve(String url, Collection<Live> lives, Set<String> namespaces, Predicate<String> isFound)
            throws IOException {
        String host = URI.create(url).getHost();
        if (host == null) {
            return url;
        }
        List<Live> called = lives.stream()
                .filter(live -> isCalled(live.key(), host) && !address(live).isEmpty())
                .toList();
        List<Live> near = called.stream()
                .filter(live -> namespaces.contains(live.key().namespace()))
                .toList();
        List<Live> meant = near.isEmpty() ? called : near;
        if (meant.size() > 1) {
            throw new IOException("several Services are called " + host + ": "
                    + meant.stream()
                            .map(live -> live.key().name() + "." + live.key().namespace())
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + "; say which");
        }
        if (meant.isEmpty() || (url.startsWith("https:") && host.indexOf('.') > 0 && isFound.test(host))) {
            return url;
        }
        String address = address(meant.getFirst());
        String said = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        int at = url.indexOf(host, url.indexOf("://"));
        return url.substring(0, at) + said + url.substring(at + host.length());
    }

    private static boolean isCalled(ObjectKey key, String host) {
        List<String> words = new ArrayList<>(List.of(host.split("\\.", -1)));
        return key.kind().equals("Service")
                && key.group().isEmpty()
                && words.getFirst().equals(key.name())
                && (words.size() < 2 || words.get(1).equals(key.namespace()))
                && (words.size() < 3 || words.get(2).equals("svc"));
    }

    /** Of one machine, or of a cluster; empty when it has none. */
    private static String address(Live service) {
        return service.status().text("address", service.status().text("clusterIP", ""));
    }
}
