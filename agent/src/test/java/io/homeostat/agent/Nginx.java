package io.homeostat.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real nginx before an agent, set up as docs/console.md says, with a path prefix. Debian's package nginx-light. */
final class Nginx implements AutoCloseable {

    static final String PREFIX = "/ops/homeostat/";

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** A port that is free now; nginx takes it when the agent's own is known. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static String address(int port) {
        return "http://127.0.0.1:" + port + PREFIX;
    }

    /** @param agent its address without a slash at the end */
    static Nginx start(Path directory, int port, String agent) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        String documented = documented()
                .replace("location /homeostat/", "location " + PREFIX)
                .replace("http://127.0.0.1:8080/", agent + "/");
        Path configuration =
                Files.writeString(directory.resolve("nginx.conf"), """
            daemon off;
            master_process off;
            error_log stderr;
            pid %1$s/pid;
            events {}
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen 127.0.0.1:%2$d;
                %3$s
              }
            }
            """.formatted(directory, port, documented));
        Process process = new ProcessBuilder(
                        "/usr/sbin/nginx", "-p", directory.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        while (!listens(port)) {
            if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new IOException(Files.readString(directory.resolve("log")));
            }
        }
        return new Nginx(process, port);
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What people copy is what is tried. */
    private static String documented() throws IOException {
        Path here = Path.of("docs/console.md");
        String page = Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
        int start = page.indexOf("```nginx\n") + "```nginx\n".length();
        return page.substring(start, page.indexOf("```", start));
    }

    String address() {
        return address(port);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
