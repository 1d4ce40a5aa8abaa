package io.homeostat.gate.control;

import io.homeostat.gate.control.Applied.ListenerError;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads what a gate answers; leniently, since the gate may be of another version than the agent. */
final class AnswerReader {

    private AnswerReader() {}

    /** @throws GateException when the answer is a refusal */
    static <T> T answer(byte[] line, JsonIn.Reading<T> reading) throws IOException {
        return JsonIn.only(line, in -> {
            String first = in.name();
            if (first == null || !first.equals("ok")) {
                throw new IOException("it does not answer as a gate");
            }
            if (in.flag()) {
                return reading.read(in);
            }
            String why = "";
            for (String name = in.name(); name != null; name = in.name()) {
                if (name.equals("error")) {
                    why = in.text();
                } else {
                    in.skip();
                }
            }
            throw new GateException("The gate refuses: " + why);
        });
    }

    static Applied applied(JsonIn in) throws IOException {
        long generation = 0;
        List<ListenerError> errors = List.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "generation" -> generation = in.number();
                case "errors" -> errors = in.list(AnswerReader::listenerError);
                default -> in.skip();
            }
        }
        return new Applied(generation, errors);
    }

    static int sockets(JsonIn in) throws IOException {
        int sockets = 0;
        for (String name = in.name(); name != null; name = in.name()) {
            if (name.equals("sockets")) {
                sockets = in.integer();
            } else {
                in.skip();
            }
        }
        return sockets;
    }

    private static ListenerError listenerError(JsonIn in) throws IOException {
        String listener = "";
        String error = "";
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "listener" -> listener = in.text();
                case "error" -> error = in.text();
                default -> in.skip();
            }
        }
        return new ListenerError(listener, error);
    }

    static boolean done(JsonIn in) throws IOException {
        while (in.name() != null) {
            in.skip();
        }
        return true;
    }

    static GateStatus status(JsonIn in) throws IOException {
        String version = "";
        long pid = 0;
        long generation = 0;
        List<String> warnings = List.of();
        List<ListenerStatus> listeners = List.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "version" -> version = in.text();
                case "pid" -> pid = in.number();
                case "generation" -> generation = in.number();
                case "warnings" -> warnings = in.texts();
                case "listeners" -> listeners = in.list(AnswerReader::listenerStatus);
                default -> in.skip();
            }
        }
        return new GateStatus(version, pid, generation, warnings, listeners);
    }

    private static ListenerStatus listenerStatus(JsonIn in) throws IOException {
        String called = "";
        String host = "";
        int port = 0;
        boolean listening = false;
        String error = "";
        boolean draining = false;
        int open = 0;
        int waiting = 0;
        long accepted = 0;
        Map<Failure, Long> failed = Map.of();
        List<BackendStatus> backends = List.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "name" -> called = in.text();
                case "host" -> host = in.text();
                case "port" -> port = in.integer();
                case "listening" -> listening = in.flag();
                case "error" -> error = in.text();
                case "draining" -> draining = in.flag();
                case "open" -> open = in.integer();
                case "waiting" -> waiting = in.integer();
                case "accepted" -> accepted = in.number();
                case "failed" -> failed = in.object(AnswerReader::failures);
                case "backends" -> backends = in.list(AnswerReader::backendStatus);
                default -> in.skip();
            }
        }
        return new ListenerStatus(
                called, host, port, listening, error, draining, open, waiting, accepted, failed, backends);
    }

    private static BackendStatus backendStatus(JsonIn in) throws IOException {
        String called = "";
        String host = "";
        int port = 0;
        boolean ready = false;
        boolean draining = false;
        int open = 0;
        long connected = 0;
        long refused = 0;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "name" -> called = in.text();
                case "host" -> host = in.text();
                case "port" -> port = in.integer();
                case "ready" -> ready = in.flag();
                case "draining" -> draining = in.flag();
                case "open" -> open = in.integer();
                case "connected" -> connected = in.number();
                case "refused" -> refused = in.number();
                default -> in.skip();
            }
        }
        return new BackendStatus(called, host, port, ready, draining, open, connected, refused);
    }

    private static Map<Failure, Long> failures(JsonIn in) throws IOException {
        Map<Failure, Long> failed = new EnumMap<>(Failure.class);
        for (String name = in.name(); name != null; name = in.name()) {
            long count = in.number();
            for (Failure failure : Failure.values()) {
                if (failure.text().equals(name)) {
                    failed.put(failure, count);
                }
            }
        }
        return failed;
    }
}
