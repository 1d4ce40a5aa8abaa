package io.homeostat.model;

/** Valid files with a little of everything. */
final class Samples {
    static final String YAML = """
            # A comment, to begin with
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: here}
            spec:
              target: {local: {}}
              include: [apps]
              images: {shop/web: "dir:apps/web", tools/sh: host}
              sync: {interval: 30s, drift: detect, prune: {enabled: true, maxDeletedPercent: 30}}
            ---
            apiVersion: homeostat.io/v1
            kind: Application
            metadata: {name: database}
            ---
            apiVersion: homeostat.io/v1
            kind: Application
            metadata:
              name: shop
            spec:
              path: .
              dependsOn:
                - application: database
                  when: application.ready && application.health != 'degraded'
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: &labels
                app: web
                tier: "1"
              annotations:
                homeostat.io/wave: "1"
            spec:
              replicas: 2
              strategy:
                rollingUpdate: {maxSurge: 1, maxUnavailable: 25%}
              selector:
                matchLabels: {app: web}
              template:
                metadata:
                  labels:
                    <<: *labels
                    version: v1
                spec:
                  containers:
                    - name: web
                      image: shop/web:1.4
                      command: [web, --port, $(PORT)]
                      args:
                        - |
                          one
                          two
                        - >-
                          folded
                          text
                      env:
                        - name: LEVEL
                          valueFrom: {configMapKeyRef: {name: settings, key: level}}
                        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: keys, key: password}}}
                      ports: [{name: http, containerPort: 8080}]
                      readinessProbe:
                        httpGet: {path: /ready, port: http}
                        periodSeconds: 1
                      resources:
                        limits: {cpu: 500m, memory: 64Mi}
                      volumeMounts: [{name: settings, mountPath: /etc/web}]
                  volumes:
                    - name: settings
                      configMap: {name: settings}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}}
            ---
            apiVersion: v1
            kind: List
            items:
              - apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {level: info, web.conf: "a: 1\\nb: \\u00e9"}
              - apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                data: {token: aHVudGVyMg==}
                stringData: {password: hunter2}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: nightly}
            spec:
              schedule: "0 3 * * *"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: tidy, image: tools/sh, command: [sh, -c, "exit 0"]}]
            """;

    static final String JSON = """
            {
              "apiVersion": "apps/v1",
              "kind": "StatefulSet",
              "metadata": {"name": "store", "labels": {"app": "store"}},
              "spec": {
                "replicas": 1,
                "serviceName": "store",
                "selector": {"matchLabels": {"app": "store"}},
                "template": {
                  "metadata": {"labels": {"app": "store"}},
                  "spec": {
                    "containers": [
                      {"name": "store", "image": "shop/store", "ports": [{"containerPort": 9000, "name": "store"}],
                       "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
                    ]
                  }
                },
                "volumeClaimTemplates": [
                  {"metadata": {"name": "data"},
                   "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
                ]
              }
            }
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "store"},
             "spec": {"clusterIP": "None", "selector": {"app": "store"}, "ports": [{"port": 9000}]}}
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys"}, "stringData": {"password": "hunter2"}}
            """;

    private Samples() {}
}
