package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Node;

/** {@code homeostat events}: one line each. */
public final class EventText {

    private EventText() {}

    public static String line(Node.Mapping event, boolean withDate, Paint paint) {
        String time = event.text("time", "");
        String type = event.text("type", "");
        String where = event.text("application", "")
                + (event.text("object", "").isEmpty() ? "" : " " + event.text("object", ""));
        return paint.dim(withDate ? Brief.date(time) : Brief.clock(time)) + " " + type(type, paint)
                + (where.isBlank() ? "" : " " + paint.strong(where.strip())) + " " + event.text("message", "");
    }

    private static String type(String type, Paint paint) {
        String padded = type + " ".repeat(Math.max(0, 22 - type.length()));
        if (type.endsWith("failed") || type.endsWith("quarantined")) {
            return paint.bad(padded);
        }
        return type.endsWith("succeeded") ? paint.good(padded) : paint.dim(padded);
    }
}
