package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** The address of the web console, with a login in it. */
public final class ConsoleCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("the address of the web console, to open in a browser")
                .agent()
                .paragraph("The address logs a browser in once, within a quarter of an hour; the browser then stays"
                        + " logged in for twelve hours. Ask again for another browser.")
                .example("homeostat console", "Print an address.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        AgentClient agent = call.agent();
        String path = agent.post("/api/v1/console").text("path", "");
        String url = agent.agent().url() + path;
        call.print(Node.Mapping.EMPTY.with("url", url), List.of(url));
        return Exit.DONE;
    }
}
