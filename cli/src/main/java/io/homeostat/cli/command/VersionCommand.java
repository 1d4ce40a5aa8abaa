package io.homeostat.cli.command;

import io.homeostat.model.Node;
import java.util.List;

/** Which homeostat this is. */
public final class VersionCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("which homeostat this is")
                .output()
                .example("homeostat version", "Its version and the Java it runs on.");
    }

    @Override
    public int run(Call call) {
        String java = Runtime.version().toString();
        call.print(
                Node.Mapping.EMPTY.with("version", version()).with("java", java),
                List.of("homeostat " + version() + " (Java " + java + ")"));
        return Exit.DONE;
    }

    /** As the build wrote it into the jar; {@code development} when run from classes. */
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
