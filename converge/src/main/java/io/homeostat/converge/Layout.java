package io.homeostat.converge;

import io.homeostat.model.Application;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which file of a repository belongs to what. Pure functions of paths.
 *
 * <p>A document belongs to the nearest {@code Application} above it; where none is declared, every directory directly below an
 * included one is an application of that name, and a repository without any homeostat document is one application.
 */
final class Layout {

    static final String ENVIRONMENTS = "environments";
    static final String DEFAULT_APPLICATION = "default";
    private static final List<String> KUSTOMIZATIONS =
            List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

    private Layout() {}

    static boolean isManifest(String path) {
        return (path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".json")) && !isHidden(path);
    }

    static boolean isKustomization(String path) {
        return KUSTOMIZATIONS.contains(name(path)) && !isHidden(path);
    }

    private static boolean isHidden(String path) {
        return path.startsWith(".") || path.contains("/.");
    }

    /** {@code "."} for a file at the root. */
    static String directory(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "." : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A file of a directory. */
    static String in(String directory, String name) {
        return directory.equals(".") ? name : directory + "/" + name;
    }

    static boolean isWithin(String path, String directory) {
        return directory.equals(".")
                || (path.startsWith(directory)
                        && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
    }

    /** The outermost of the directories that holds a file; null when none does. */
    static @Nullable String outermost(String path, Collection<String> directories) {
        String found = null;
        for (String directory : directories) {
            if (isWithin(path, directory) && (found == null || directory.length() < found.length())) {
                found = directory;
            }
        }
        return found;
    }

    /**
     * The application that a file belongs to.
     *
     * @param declared every Application of the environment
     * @param include the directories that the environment includes
     */
    static String application(String path, Collection<Application> declared, List<String> include) {
        Application nearest = null;
        for (Application application : declared) {
            if (isWithin(path, application.path())
                    && (nearest == null
                            || application.path().length() > nearest.path().length())) {
                nearest = application;
            }
        }
        return nearest != null ? nearest.name() : implicit(path, include);
    }

    private static String implicit(String path, List<String> include) {
        for (String directory : include) {
            if (!directory.equals(".") && isWithin(path, directory)) {
                String rest = path.substring(Math.min(path.length(), directory.length() + 1));
                int slash = rest.indexOf('/');
                return slash > 0 ? rest.substring(0, slash) : name(directory);
            }
        }
        return DEFAULT_APPLICATION;
    }
}
