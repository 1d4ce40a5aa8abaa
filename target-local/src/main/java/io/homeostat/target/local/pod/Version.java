package io.homeostat.target.local.pod;

import io.homeostat.converge.Digests;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.local.pod.Variables.Variable;
import io.homeostat.target.local.subset.Templates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A pod template together with what it takes from ConfigMaps and Secrets for its environment: what two instances share exactly
 * when they are of one version. Files of volumes play no part; they are changed in place.
 *
 * @param digest 8 hex digits; keyed with a salt of this machine, as it is shown and could otherwise betray a short secret
 * @param variables by container
 * @param missing what has to be there before an instance can be made, one sentence each
 */
public record Version(String digest, Node.Mapping template, Map<String, Variables> variables, List<String> missing) {

    private static final int DIGITS = 8;

    /** @param claims names of a StatefulSet's volumeClaimTemplates; empty for others */
    public static Version of(
            String namespace, Node.Mapping template, List<String> claims, Configs configs, String salt) {
        List<String> missing = new ArrayList<>();
        Map<String, Variables> variables = new LinkedHashMap<>();
        Node.Mapping taken = Node.Mapping.EMPTY;
        for (Node.Mapping container : Templates.containers(template)) {
            Variables declared = new Variables(variables(namespace, container, configs, missing));
            String name = container.text("name", "");
            variables.put(name, declared);
            taken = taken.with(name, declared.asNode());
        }
        for (ObjectKey key : volumes(namespace, template, true)) {
            if (configs.data(key) == null) {
                missing.add(key + " is missing");
            }
        }
        Node.Mapping identity = Node.Mapping.EMPTY
                .with("salt", salt)
                .with("template", template)
                .with("claims", String.join("/", claims))
                .with("taken", taken)
                .with(
                        "missing",
                        new Node.Sequence(
                                missing.stream().<Node>map(Node.Text::of).toList(), Position.NONE));
        return new Version(Digests.of(identity).substring(0, DIGITS), template, variables, missing);
    }

    private static List<Variable> variables(
            String namespace, Node.Mapping container, Configs configs, List<String> missing) {
        List<Variable> variables = new ArrayList<>();
        for (Node.Mapping from : Templates.mappings(container, "envFrom")) {
            for (Reference reference : Reference.of(namespace, from, "configMapRef", "secretRef")) {
                Map<String, String> texts = configs.texts(reference.key());
                if (texts != null) {
                    String prefix = from.text("prefix", "");
                    texts.forEach((name, value) -> variables.add(new Variable.Fixed(prefix + name, value)));
                } else if (!reference.optional()) {
                    missing.add(reference.key() + " is missing");
                }
            }
        }
        for (Node.Mapping env : Templates.mappings(container, "env")) {
            String name = env.text("name", "");
            Node.Mapping valueFrom = env.mapping("valueFrom");
            String field = valueFrom.mapping("fieldRef").text("fieldPath");
            if (field != null) {
                variables.add(new Variable.FieldOf(name, field));
            } else if (valueFrom.isEmpty()) {
                variables.add(new Variable.Expanded(name, env.text("value", "")));
            }
            for (Reference reference : Reference.of(namespace, valueFrom, "configMapKeyRef", "secretKeyRef")) {
                Map<String, String> texts = configs.texts(reference.key());
                String value = texts == null ? null : texts.get(reference.entry());
                if (value != null) {
                    variables.add(new Variable.Fixed(name, value));
                } else if (!reference.optional()) {
                    missing.add(
                            reference.key() + (texts == null ? " is missing" : " has no '" + reference.entry() + "'"));
                }
            }
        }
        return variables;
    }

    /** Every ConfigMap and Secret whose content is part of the version. */
    public static TreeSet<ObjectKey> environment(String namespace, Node.Mapping template) {
        TreeSet<ObjectKey> keys = new TreeSet<>();
        for (Node.Mapping container : Templates.containers(template)) {
            for (Node.Mapping from : Templates.mappings(container, "envFrom")) {
                Reference.of(namespace, from, "configMapRef", "secretRef")
                        .forEach(reference -> keys.add(reference.key()));
            }
            for (Node.Mapping env : Templates.mappings(container, "env")) {
                Reference.of(namespace, env.mapping("valueFrom"), "configMapKeyRef", "secretKeyRef")
                        .forEach(reference -> keys.add(reference.key()));
            }
        }
        return keys;
    }

    /** Every ConfigMap and Secret that a volume shows as files. */
    public static TreeSet<ObjectKey> volumes(String namespace, Node.Mapping template, boolean onlyRequired) {
        TreeSet<ObjectKey> keys = new TreeSet<>();
        for (Node.Mapping volume : Templates.mappings(template.mapping("spec"), "volumes")) {
            Node.Mapping configMap = volume.mapping("configMap");
            Node.Mapping secret = volume.mapping("secret");
            String configMapName = configMap.text("name");
            String secretName = secret.text("secretName");
            if (configMapName != null && !(onlyRequired && configMap.flag("optional", false))) {
                keys.add(Configs.configMap(namespace, configMapName));
            }
            if (secretName != null && !(onlyRequired && secret.flag("optional", false))) {
                keys.add(Configs.secret(namespace, secretName));
            }
        }
        return keys;
    }

    /** Something that a container takes from a ConfigMap or a Secret. */
    private record Reference(ObjectKey key, String entry, boolean optional) {
        static List<Reference> of(String namespace, Node.Mapping in, String configMapField, String secretField) {
            List<Reference> found = new ArrayList<>(1);
            Node.Mapping configMap = in.mapping(configMapField);
            String configMapName = configMap.text("name");
            if (configMapName != null) {
                found.add(new Reference(
                        Configs.configMap(namespace, configMapName),
                        configMap.text("key", ""),
                        configMap.flag("optional", false)));
            }
            Node.Mapping secret = in.mapping(secretField);
            String secretName = secret.text("name");
            if (secretName != null) {
                found.add(new Reference(
                        Configs.secret(namespace, secretName), secret.text("key", ""), secret.flag("optional", false)));
            }
            return found;
        }
    }
}
