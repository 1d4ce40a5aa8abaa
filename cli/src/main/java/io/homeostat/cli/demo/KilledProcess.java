package io.homeostat.cli.demo;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that is killed is started again. */
final class KilledProcess implements Scene {

    private static final Pattern PID = Pattern.compile("web \\S+ \\(pid (\\d+)\\)");

    @Override
    public String title() {
        return "A process is killed";
    }

    @Override
    public String shows() {
        return "Somebody types kill -9 with the pid of one of the two web instances. Two are declared, so two there are.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Set<Long> before = pids(stage, 2);
        long victim = before.iterator().next();
        ProcessHandle.of(victim)
                .orElseThrow(() -> new Unexpected("web says its pid is " + victim + ", but there is no such process"))
                .destroyForcibly();
        stage.did("kill -9 " + victim);
        stage.expect("two instances of web answer again", FirstSync.PATIENCE, () -> {
            Set<Long> now = pids(stage, 2);
            now.removeAll(before);
            return Seen.when(
                    !now.isEmpty(),
                    now.isEmpty()
                            ? "the other one alone"
                            : "the new one has pid " + now.iterator().next());
        });
        stage.expect("the shop is healthy", FirstSync.PATIENCE, () -> {
            String health = stage.shop().mapping("health").text("status", "");
            return Seen.when(health.equalsIgnoreCase("healthy"), health);
        });
    }

    /** Which processes answer as web; asks until it has seen as many as wanted, or some time has passed. */
    private static Set<Long> pids(Stage stage, int wanted) throws Exception {
        Set<Long> pids = new HashSet<>();
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (pids.size() < wanted && System.nanoTime() < end) {
            Matcher pid = PID.matcher(stage.load().answer());
            if (pid.find()) {
                pids.add(Long.parseLong(pid.group(1)));
            }
        }
        return pids;
    }
}
