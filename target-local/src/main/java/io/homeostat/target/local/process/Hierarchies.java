package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the control groups are mounted, and where in them this process is. A pure reading of {@code /proc/self/mountinfo} and
 * {@code /proc/self/cgroup}.
 *
 * @param own this process's directory of each controller of version 1
 * @param unified this process's directory of version 2; null when it is not mounted
 * @param unifiedRoot where version 2 is mounted
 */
record Hierarchies(
        Map<String, Path> own,
        @Nullable Path unified,
        @Nullable Path unifiedRoot) {

    /** A directory below which groups may be made. */
    record Place(Path directory, boolean unified) {}

    static Hierarchies ofThisProcess() {
        try {
            return parse(
                    Files.readAllLines(Path.of("/proc/self/mountinfo")),
                    Files.readAllLines(Path.of("/proc/self/cgroup")));
        } catch (IOException noProc) {
            return new Hierarchies(Map.of(), null, null);
        }
    }

    static Hierarchies parse(List<String> mounts, List<String> memberships) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String membership : memberships) {
            // 4:memory:/user.slice; version 2 is 0::/user.slice
            String[] parts = membership.split(":", 3);
            if (parts.length == 3) {
                for (String controller : parts[1].split(",")) {
                    paths.put(controller, parts[2]);
                }
            }
        }
        Map<String, Path> own = new LinkedHashMap<>();
        Path unified = null;
        Path unifiedRoot = null;
        for (String mount : mounts) {
            // ID PARENT DEVICE ROOT MOUNTPOINT OPTIONS … - TYPE SOURCE SUPEROPTIONS
            int dash = mount.indexOf(" - ");
            String[] place = mount.split(" ");
            String[] what = dash < 0 ? new String[0] : mount.substring(dash + 3).split(" ");
            if (what.length < 3 || place.length < 5) {
                continue;
            }
            if (what[0].equals("cgroup2")) {
                unifiedRoot = Path.of(place[4]);
                unified = inside(unifiedRoot, place[3], paths.getOrDefault("", "/"));
            } else if (what[0].equals("cgroup")) {
                for (String controller : what[2].split(",")) {
                    if (paths.containsKey(controller)) {
                        own.put(controller, inside(Path.of(place[4]), place[3], paths.getOrDefault(controller, "/")));
                    }
                }
            }
        }
        return new Hierarchies(own, unified, unifiedRoot);
    }

    /** A container sees a part of the tree mounted as if it were the whole. */
    private static Path inside(Path mount, String root, String path) {
        String below = root.equals("/") ? path : path.startsWith(root) ? path.substring(root.length()) : "/";
        return mount.resolve(below.replaceFirst("^/+", "")).normalize();
    }

    /**
     * Where groups of a controller may be tried, best first. In version 2 a group that holds processes cannot pass controllers
     * on, so above the agent's own it goes up: to the slice that systemd has delegated to the user.
     */
    List<Place> of(String controller) {
        Path first = own.get(controller);
        if (first != null) {
            return List.of(new Place(first, false));
        }
        List<Place> places = new ArrayList<>();
        if (unified != null && unifiedRoot != null) {
            for (Path at = unified; at != null && at.startsWith(unifiedRoot); at = at.getParent()) {
                if (hasController(at, controller)) {
                    places.add(new Place(at, true));
                }
            }
        }
        return places;
    }

    /** Every directory below which {@link #of} may have made groups. */
    List<Path> all() {
        List<Path> all = new ArrayList<>(own.values());
        if (unified != null && unifiedRoot != null) {
            for (Path at = unified; at != null && at.startsWith(unifiedRoot); at = at.getParent()) {
                all.add(at);
            }
        }
        return all;
    }

    private static boolean hasController(Path group, String controller) {
        try {
            return List.of(Files.readString(group.resolve("cgroup.controllers"))
                            .strip()
                            .split(" "))
                    .contains(controller);
        } catch (IOException none) {
            return false;
        }
    }
}
