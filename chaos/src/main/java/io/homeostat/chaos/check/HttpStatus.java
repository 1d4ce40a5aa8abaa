package io.homeostat.chaos.check;

import java.util.List;

/** Status codes and classes as documents write them: {@code 2xx|404}, {@code any}. */
public final class HttpStatus {

    private HttpStatus() {}

    public static boolean accepts(String wanted, int status) {
        return List.of(wanted.split("\\|")).stream()
                .map(String::strip)
                .anyMatch(each -> each.equals("any")
                        || each.equals(Integer.toString(status))
                        || each.equals(status / 100 + "xx"));
    }
}
