package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Who owns which fields of an object, from its {@code managedFields}, seen from one place in the tree. Immutable: going down
 * gives another one.
 */
public final class Owners {

    private record Claim(String manager, Node.Mapping fields) {}

    private final List<Claim> claims;

    private Owners(List<Claim> claims) {
        this.claims = claims;
    }

    /** At the root of a live object. */
    public static Owners of(Node.Mapping live) {
        List<Claim> claims = new ArrayList<>();
        for (Node each : live.mapping("metadata").sequence("managedFields")) {
            if (each instanceof Node.Mapping entry) {
                claims.add(new Claim(entry.text("manager", "unknown"), entry.mapping("fieldsV1")));
            }
        }
        return new Owners(List.copyOf(claims));
    }

    /** At a field of the mapping. */
    Owners field(String name) {
        return down("f:" + name);
    }

    /** At an element of a list, told apart by these keys. */
    Owners element(Node.Mapping element, List<String> keys) {
        List<Claim> below = new ArrayList<>();
        for (Claim claim : claims) {
            for (Map.Entry<String, Node.Field> entry : claim.fields().fields().entrySet()) {
                if (entry.getKey().startsWith("k:")
                        && isSame(entry.getKey().substring(2), element, keys)
                        && entry.getValue().value() instanceof Node.Mapping fields) {
                    below.add(new Claim(claim.manager(), fields));
                }
            }
        }
        return new Owners(below);
    }

    private static boolean isSame(String json, Node.Mapping element, List<String> keys) {
        try {
            if (!(Json.read(json) instanceof Node.Mapping wanted)) {
                return false;
            }
            for (String key : keys) {
                Node value = wanted.get(key);
                if (value == null || !value.equals(element.get(key))) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            return false;
        }
    }

    private Owners down(String step) {
        List<Claim> below = new ArrayList<>();
        for (Claim claim : claims) {
            if (claim.fields().get(step) instanceof Node.Mapping fields) {
                below.add(new Claim(claim.manager(), fields));
            }
        }
        return new Owners(below);
    }

    /** Names of those who own something here, in order. */
    public List<String> managers() {
        TreeSet<String> names = new TreeSet<>();
        claims.forEach(claim -> names.add(claim.manager()));
        return List.copyOf(names);
    }
}
