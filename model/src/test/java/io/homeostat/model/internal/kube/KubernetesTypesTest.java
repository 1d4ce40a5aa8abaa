package io.homeostat.model.internal.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.homeostat.model.GeneratedFile;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The fields we know are all the fields Kubernetes knows: derived from the model classes of a Kubernetes client. */
class KubernetesTypesTest {
    private static final String RESOURCES = "src/main/resources/io/homeostat/model/internal/kube/";

    private final Map<String, Class<?>> classes = new TreeMap<>();
    private final Deque<Class<?>> open = new ArrayDeque<>();

    @Test
    void theShippedTypesAreThoseOfKubernetes() throws Exception {
        for (Class<?> root : List.of(
                Deployment.class,
                StatefulSet.class,
                Job.class,
                CronJob.class,
                Service.class,
                ConfigMap.class,
                Secret.class)) {
            need(root);
        }
        Map<String, String> lines = new TreeMap<>();
        while (!open.isEmpty()) {
            Class<?> type = open.removeFirst();
            lines.put(type.getSimpleName(), line(type));
        }
        String content = lines.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                .collect(Collectors.joining());
        assertThat(content.length()).isLessThan(100_000);
        GeneratedFile.isUpToDate(RESOURCES + "types.txt", content);
    }

    @Test
    void everyRuleNamesAFieldThatExists() {
        assertThat(KubernetesRules.load().keySet()).isNotEmpty().allSatisfy(field -> {
            int point = field.indexOf('.');
            assertThat(KubernetesTypes.named(field.substring(0, point)).members())
                    .as(field)
                    .containsKey(field.substring(point + 1));
        });
    }

    private String line(Class<?> type) {
        Map<String, String> fields = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            JsonProperty property = field.getAnnotation(JsonProperty.class);
            if (property != null) {
                fields.put(property.value(), code(field.getGenericType()));
            }
        }
        return fields.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .collect(Collectors.joining(" "));
    }

    private String code(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class ? "[" + code(arguments[0]) : "{" + code(arguments[1]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class || plain == MicroTime.class) {
            return "s";
        } else if (plain == Integer.class) {
            return "i";
        } else if (plain == Long.class) {
            return "l";
        } else if (plain == Boolean.class) {
            return "b";
        } else if (plain == Double.class) {
            return "d";
        } else if (plain == Quantity.class) {
            return "q";
        } else if (plain == IntOrString.class) {
            return "x";
        } else if (plain == Object.class || plain == FieldsV1.class) {
            return "a";
        }
        need(plain);
        return plain.getSimpleName();
    }

    private void need(Class<?> type) {
        assertThat(type.getName()).startsWith("io.fabric8.kubernetes.api.model.");
        Class<?> known = classes.putIfAbsent(type.getSimpleName(), type);
        if (known == null) {
            open.add(type);
        } else {
            assertThat(known).isEqualTo(type);
        }
    }
}
