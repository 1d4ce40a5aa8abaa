package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Health;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.Request;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that waits for configuration that never comes does not wait in silence. */
@Tag("cluster")
class WhatNeverComesIsSaidTest {

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey api;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory, "never");
        api = new ObjectKey("apps", "Deployment", lab.namespace, "api");
        lab.write("environments/test.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec: {include: [apps], sync: {interval: 1s}, target: {kubernetes: {}}}
                """);
        settings("one");
        declare("one");
        lab.start();
        lab.converge("shop");
        lab.target().traffic().split(api, new Split(100, 0));
    }

    @AfterEach
    void close() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    private void settings(String says) throws Exception {
        lab.write("apps/shop/settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS}
                data: {says: %s}
                """.formatted(says));
    }

    private void declare(String version) throws Exception {
        lab.write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}, annotations: {version: %s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: api
                          image: localhost/busybox:1
                          command: [sh, -c, "exec sleep 100000"]
                          volumeMounts: [{name: settings, mountPath: /settings}]
                      volumes: [{name: settings, configMap: {name: settings}}]
                """.formatted(version));
    }

    private String symptoms() throws Exception {
        Arms arms = lab.target().traffic().arms(api);
        List<Evidence> symptoms = arms == null ? List.of() : arms.canary().symptoms();
        return symptoms.isEmpty()
                ? ""
                : symptoms.getFirst().reason() + ": " + symptoms.getFirst().message();
    }

    @Test
    void aCopyThatSomebodyDeletedIsASymptomOfTheNewVersion() throws Exception {
        settings("two");
        lab.look();
        lab.await("the new version", () -> {
            Arms arms = lab.target().traffic().arms(api);
            return arms != null && arms.canary().available() == 1;
        });
        assertThat(symptoms()).isEmpty();
        delete("configmaps");
        delete("pods");

        lab.await("a symptom", () -> symptoms().startsWith("CreateContainerConfigError"));
        assertThat(symptoms())
                .matches(
                        "(?s).*ConfigMap/settings-[0-9a-f]+ is gone, the copy of ConfigMap/settings that the new version"
                                + " reads.*");
        assertThat(Cluster.exists(lab.path("configmaps", "settings")))
                .as("the stable pods go on reading it")
                .isTrue();
    }

    /** What there is of the new version. */
    private void delete(String kind) throws Exception {
        String beside = "/api/v1/namespaces/" + lab.namespace + "/" + kind;
        for (Node each :
                Cluster.get(beside + "?labelSelector=homeostat.io/beside%3Dapi").sequence("items")) {
            String name = ((Node.Mapping) each).mapping("metadata").text("name", "");
            Cluster.api().call(Request.delete(beside + "/" + name, Node.Mapping.EMPTY));
        }
    }

    @Test
    void aConfigurationThatTheClusterRefusesToChangeMakesTheWorkloadDegraded() throws Exception {
        settings("two");
        lab.look();
        lab.await("the new version", () -> {
            Arms arms = lab.target().traffic().arms(api);
            return arms != null && arms.canary().available() == 1;
        });
        Cluster.api()
                .call(Request.merge(
                        lab.path("configmaps", "settings") + "?fieldManager=somebody",
                        Cluster.tree("{\"immutable\": true}")));
        assertThatThrownBy(() -> lab.target().traffic().split(api, null)).hasMessageContaining("immutable");

        lab.await(
                "words",
                () -> lab.converger().health("shop").status() == Health.Status.DEGRADED
                        || lab.story().contains("cannot be changed under its own name"));
        lab.await(
                "the last good revision",
                () -> !Json.write(Cluster.get(lab.path("apps/v1/deployments", "api")))
                        .contains("homeostat.io/split"));
        assertThat(lab.story()).contains("what the new version reads cannot be changed under its own name");
        assertThat(Cluster.get(lab.path("configmaps", "settings"))
                        .mapping("data")
                        .text("says", ""))
                .isEqualTo("one");
    }
}
