package io.homeostat.source.git;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Something that we understand is wrong: what happened and what to do about it, to be joined by what was kept safe. */
final class Refusal extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String todo;

    Refusal(String what, String todo) {
        this(what, todo, null);
    }

    Refusal(String what, String todo, @Nullable Throwable cause) {
        super(what, cause);
        this.todo = todo;
    }

    String todo() {
        return todo;
    }
}
