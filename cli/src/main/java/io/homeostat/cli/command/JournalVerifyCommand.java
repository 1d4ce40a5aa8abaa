package io.homeostat.cli.command;

import io.homeostat.cli.show.Nodes;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Was the journal touched? */
public final class JournalVerifyCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("was any record of the journal edited, removed or reordered?")
                .agent()
                .paragraph(
                        "Reads every record and checks its number, its hash and the hash it is chained to. Exit code 0 when "
                                + "the chain holds, 1 when it does not.")
                .example("homeostat journal verify", "How many records, and the hash of the newest.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping found = call.agent().get("/api/v1/journal/verify");
        List<String> faults = Nodes.texts(found.sequence("faults"));
        List<String> lines = new ArrayList<>();
        faults.forEach(fault -> lines.add(call.paint().bad("✗ ") + fault));
        lines.add(
                faults.isEmpty()
                        ? call.paint().good("✓ ") + found.integer("events", 0) + " records, the chain holds; newest "
                                + found.text("head", "")
                        : found.integer("events", 0) + " records, " + faults.size() + " at fault");
        call.print(found, lines);
        return faults.isEmpty() ? Exit.DONE : Exit.FAILED;
    }
}
