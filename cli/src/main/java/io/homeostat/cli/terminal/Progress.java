package io.homeostat.cli.terminal;

import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One line that says what is awaited and for how long, while a person watches; nothing at all when nobody does. It is wiped
 * when closed, so that what is printed next stands where it stood.
 */
public final class Progress implements AutoCloseable {

    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long FRAME_MILLIS = 100;
    private static final String WIPE = "\r\u001b[K";

    private final Terminal terminal;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;
    private volatile String text;

    private Progress(Terminal terminal, String text) {
        this.terminal = terminal;
        this.text = text;
        this.thread = Thread.ofVirtual().unstarted(this::draw);
    }

    public static Progress show(Terminal terminal, String text) {
        Progress progress = new Progress(terminal, text);
        if (terminal.watched()) {
            progress.thread.start();
        }
        return progress;
    }

    public void say(String now) {
        text = now;
    }

    private void draw() {
        long start = System.nanoTime();
        try {
            for (int frame = 0; !done.await(FRAME_MILLIS, TimeUnit.MILLISECONDS); frame++) {
                double seconds = (System.nanoTime() - start) / 1e9;
                String line = "%s %s %s"
                        .formatted(
                                FRAMES[frame % FRAMES.length],
                                fitted(text),
                                terminal.paint().dim(String.format(Locale.ROOT, "%.1f s", seconds)));
                terminal.out().print(WIPE + line);
                terminal.out().flush();
            }
            terminal.out().print(WIPE);
            terminal.out().flush();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A line that wraps could not be wiped. */
    private String fitted(String line) {
        int room = terminal.columns() - 12;
        return terminal.columns() == 0 || line.length() <= room ? line : line.substring(0, Math.max(room - 1, 0)) + "…";
    }

    @Override
    public void close() {
        done.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
