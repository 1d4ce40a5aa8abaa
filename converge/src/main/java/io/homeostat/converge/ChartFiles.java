package io.homeostat.converge;

import io.homeostat.model.Application;
import io.homeostat.model.Chart;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which files of a repository are parts of Helm charts, and thus no documents by themselves. Pure functions of paths. */
final class ChartFiles {

    private static final String DEFINITION = "Chart.yaml";
    private static final List<String> OWN_FILES =
            List.of(DEFINITION, "Chart.lock", "values.yaml", "values.schema.json");
    private static final List<String> OWN_DIRECTORIES = List.of("templates", "charts", "crds", "ci");

    private ChartFiles() {}

    /** The directories that are charts. */
    static Set<String> charts(Collection<String> paths) {
        Set<String> charts = new TreeSet<>();
        for (String path : paths) {
            if (Layout.name(path).equals(DEFINITION)) {
                charts.add(Layout.directory(path));
            }
        }
        return charts;
    }

    /** A chart's own file; what else lies in its directory, an Application say, is not. */
    static boolean isPart(String path, Set<String> charts) {
        for (String directory = Layout.directory(path); ; directory = Layout.directory(directory)) {
            if (charts.contains(directory)) {
                String rest = directory.equals(".") ? path : path.substring(directory.length() + 1);
                int slash = rest.indexOf('/');
                if (slash < 0 ? OWN_FILES.contains(rest) : OWN_DIRECTORIES.contains(rest.substring(0, slash))) {
                    return true;
                }
            }
            if (directory.equals(".")) {
                return false;
            }
        }
    }

    /** The values files that applications name. */
    static Set<String> values(Collection<Application> applications) {
        Set<String> files = new TreeSet<>();
        for (Application application : applications) {
            Chart chart = application.chart();
            if (chart != null) {
                files.addAll(chart.valuesFiles());
            }
        }
        return files;
    }
}
