package io.homeostat.cli.command;

import java.io.IOException;

/** Nobody changes this for a while. */
public final class FreezeCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("nobody changes an application for a while")
                .required(Changing.APPLICATION, "application", "The application to freeze.")
                .option("--reason", "TEXT", "Why; everybody sees it.")
                .option("--owner", "WHO", "Whose freeze it is (default: $USER).")
                .option("--for", "TIME", "When it ends by itself: 30m, 2h, 1d.")
                .changes()
                .paragraph(
                        "New commits wait and drift is left alone; what is declared is still kept running. A freeze has an "
                                + "owner, a reason and an end, is shown everywhere, and ends by itself.")
                .example(
                        "homeostat freeze shop --reason 'stock-taking' --owner ada --for 2h",
                        "No change to shop for two hours.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.argument(Changing.APPLICATION);
        String reason = Changing.required(call, "--reason");
        String duration = Changing.required(call, "--for");
        String owner = call.value("--owner");
        return Changing.post(
                call,
                "freeze " + application,
                "/api/v1/freeze",
                "application",
                application,
                "reason",
                reason,
                "owner",
                owner == null ? call.variables().getOrDefault("USER", System.getProperty("user.name")) : owner,
                "for",
                duration);
    }
}
