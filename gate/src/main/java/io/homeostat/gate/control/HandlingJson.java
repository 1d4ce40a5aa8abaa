package io.homeostat.gate.control;

import io.homeostat.gate.control.Handling.Balance;
import java.io.IOException;
import java.time.Duration;
import tools.jackson.core.JsonGenerator;

/** How requests are handled, as JSON, one way and back; what is not said is as by default. */
final class HandlingJson {

    private HandlingJson() {}

    static void write(JsonGenerator json, Handling handling) {
        json.writeName("handling");
        json.writeStartObject();
        json.writeStringProperty("balance", handling.balance().text());
        RoutingJson.affinity(json, "key", handling.key());
        json.writeNumberProperty("retries", handling.retries());
        json.writeNumberProperty("ejectAfter", handling.ejectAfter());
        json.writeNumberProperty("ejectMillis", handling.ejectFor().toMillis());
        json.writeBooleanProperty("accessLog", handling.accessLog());
        json.writeStringProperty("host", handling.host());
        json.writeEndObject();
    }

    static Handling read(JsonIn in) throws IOException {
        Balance balance = Handling.DEFAULT.balance();
        Routing.Affinity key = Handling.DEFAULT.key();
        int retries = Handling.DEFAULT.retries();
        int after = Handling.DEFAULT.ejectAfter();
        Duration time = Handling.DEFAULT.ejectFor();
        boolean log = Handling.DEFAULT.accessLog();
        String host = Handling.DEFAULT.host();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "balance" -> balance = balance(in.text());
                case "key" -> key = in.object(RoutingJson::affinity);
                case "retries" -> retries = in.integer();
                case "ejectAfter" -> after = in.integer();
                case "ejectMillis" -> time = in.millis();
                case "accessLog" -> log = in.flag();
                case "host" -> host = in.text();
                default -> throw in.unknown(name);
            }
        }
        return new Handling(balance, key, retries, after, time, log, host);
    }

    private static Balance balance(String text) throws IOException {
        for (Balance balance : Balance.values()) {
            if (balance.text().equals(text)) {
                return balance;
            }
        }
        throw new IOException("'balance' is '" + text + "', expected least-request, round-robin or key");
    }
}
