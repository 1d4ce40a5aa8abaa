package io.homeostat.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this repository is checked out. */
public final class Checkout {

    private Checkout() {}

    public static Path root() {
        for (Path each = Path.of("").toAbsolutePath(); each != null; each = each.getParent()) {
            if (Files.exists(each.resolve("homeostat")) && Files.isDirectory(each.resolve("examples"))) {
                return each;
            }
        }
        throw new IllegalStateException("not below a checkout: " + Path.of("").toAbsolutePath());
    }
}
