package io.homeostat.target.local.subset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The fields that the local target supports, kind by kind; read from {@link SubsetLists}. */
public final class LocalSubset {

    private LocalSubset() {}

    /** How a field is treated. */
    public enum Support {
        SUPPORTED,
        NO_EFFECT,
        NOT_ENFORCED
    }

    /**
     * @param path from the root of the document: {@code spec.template.spec.containers[].name}
     * @param values those that are possible; empty: any
     * @param note for people; may be empty
     */
    public record Field(String path, Support support, List<String> values, String note) {}

    /** A line of a list: a field, or another list below a path. */
    sealed interface Line {
        record Of(Field field) implements Line {}

        record Below(String path, String list) implements Line {}
    }

    /** Kinds as {@code group/Kind}, in the order in which people read about them. */
    private static final Map<String, List<Field>> KINDS = kinds();

    /** Every supported kind, as {@code group/Kind}, with its fields. */
    public static Map<String, List<Field>> all() {
        return KINDS;
    }

    private static Map<String, List<Field>> kinds() {
        Map<String, List<Field>> kinds = new LinkedHashMap<>();
        for (String kind : List.of(
                "apps/Deployment",
                "apps/StatefulSet",
                "batch/Job",
                "batch/CronJob",
                "/Service",
                "/ConfigMap",
                "/Secret")) {
            List<Field> fields = new ArrayList<>();
            collect("", kind.substring(kind.indexOf('/') + 1), fields);
            kinds.put(kind, fields);
        }
        return kinds;
    }

    private static void collect(String prefix, String list, List<Field> into) {
        for (Line line : lines(list)) {
            switch (line) {
                case Line.Below below -> collect(prefix + below.path() + ".", below.list(), into);
                case Line.Of(Field field) ->
                    into.add(new Field(prefix + field.path(), field.support(), field.values(), field.note()));
            }
        }
    }

    /** One list as it is written. */
    static List<Line> lines(String list) {
        List<Line> lines = new ArrayList<>();
        for (String line :
                Objects.requireNonNull(SubsetLists.ALL.get(list), list).lines().toList()) {
            int reference = line.indexOf(" -> ");
            lines.add(
                    reference > 0
                            ? new Line.Below(line.substring(0, reference), line.substring(reference + 4))
                            : new Line.Of(field(line)));
        }
        return lines;
    }

    private static Field field(String line) {
        Support support = switch (line.charAt(0)) {
            case '~' -> Support.NO_EFFECT;
            case '!' -> Support.NOT_ENFORCED;
            default -> Support.SUPPORTED;
        };
        String rest = support == Support.SUPPORTED ? line : line.substring(1).strip();
        int colon = rest.indexOf(" : ");
        String note = colon < 0 ? "" : rest.substring(colon + 3);
        String head = colon < 0 ? rest : rest.substring(0, colon);
        int equals = head.indexOf(" = ");
        String path = equals < 0 ? head : head.substring(0, equals);
        List<String> values =
                equals < 0 ? List.of() : List.of(head.substring(equals + 3).split("\\|"));
        return new Field(path.strip(), support, values, note);
    }
}
