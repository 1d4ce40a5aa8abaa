package io.homeostat.cli.command;

import io.homeostat.cli.show.FindingsText;
import io.homeostat.model.Node;
import java.io.IOException;

/** What experiments showed to be wrong. */
public final class FindingsCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("what experiments showed to be wrong, until they show otherwise")
                .agent()
                .paragraph("First comes what would cost most of an error budget. Each is kept until the experiment that"
                        + " showed it shows that it is gone. Exit code 2 when there are any.")
                .example("homeostat findings", "All of them.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping answer = call.agent().get("/api/v1/findings");
        call.print(answer, FindingsText.lines(answer, call.paint(), call.clock().instant()));
        return answer.sequence("findings").isEmpty() ? Exit.DONE : Exit.SOMETHING;
    }
}
