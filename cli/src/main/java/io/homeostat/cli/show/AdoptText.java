package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code homeostat adopt}: what exists without being ours, who wrote it, and what taking it over would change. */
public final class AdoptText {

    private AdoptText() {}

    public static List<String> lines(Node.Mapping found, Paint paint) {
        String application = found.text("application", "");
        List<Node.Mapping> objects = Nodes.mappings(found.sequence("objects"));
        if (objects.isEmpty()) {
            return List.of("Nothing to adopt: what " + application + " declares is ours, or does not exist yet.");
        }
        List<String> lines = new ArrayList<>();
        for (Node.Mapping object : objects) {
            String managers =
                    object.sequence("managers").stream().map(Node::toString).collect(Collectors.joining(", "));
            String owner = object.text("owner", "");
            lines.add(paint.busy("  ~ " + object.text("object", ""))
                    + paint.dim(managers.isEmpty() ? "" : "  written by " + managers)
                    + (owner.isEmpty() ? "" : paint.bad("  belongs to environment " + owner)));
            for (Node.Mapping change : Nodes.mappings(object.sequence("changes"))) {
                ChangeText.lines(change, paint).forEach(line -> lines.add("      " + line));
            }
        }
        lines.add(objects.size() + (objects.size() == 1 ? " object" : " objects") + " to adopt; homeostat adopt "
                + application + " --apply does it.");
        return lines;
    }
}
