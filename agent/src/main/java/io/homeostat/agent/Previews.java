package io.homeostat.agent;

import io.homeostat.converge.Converger;
import io.homeostat.converge.Preview;
import io.homeostat.converge.Rendering;
import io.homeostat.converge.Revisions;
import io.homeostat.model.Node;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Snapshots;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans for something else than what Git says now: a directory not yet committed, another revision. */
final class Previews {

    private final Converger converger;

    Previews(Converger converger) {
        this.converger = converger;
    }

    Node.Mapping ofDirectory(String directory, @Nullable String application) throws Refusal, IOException {
        try {
            return of(Snapshots.ofDirectory(Path.of(directory)), application);
        } catch (SourceException unreadable) {
            throw Refusal.wrong(String.valueOf(unreadable.getMessage()), null);
        }
    }

    Node.Mapping ofRevision(String revision, @Nullable String application) throws Refusal, IOException {
        try {
            Source source = converger.source();
            return of(source.at(source.revision(revision)), application);
        } catch (SourceException unknown) {
            throw Refusal.unknown(String.valueOf(unknown.getMessage()), "homeostat history");
        }
    }

    private Node.Mapping of(Snapshot snapshot, @Nullable String application) throws IOException {
        Revisions.Revision head = converger.revisions().head();
        String environment = head == null || head.rendering().environment().at().line() == 0
                ? null
                : head.rendering().environment().name();
        Preview preview = Preview.of(snapshot, environment, converger.target(), converger.observe());
        List<Node> plans = preview.plans().stream()
                .filter(plan -> application == null || plan.application().equals(application))
                .<Node>map(plan -> PlanView.of(plan, Map.of()))
                .toList();
        return view(preview.rendering(), plans);
    }

    Node.Mapping view(Revisions.@Nullable Revision revision, List<Node> plans) {
        return revision == null
                ? Node.Mapping.EMPTY.with("revision", "").with("applications", JsonList.of(plans, plan -> plan))
                : view(revision.rendering(), plans);
    }

    private static Node.Mapping view(Rendering rendering, List<Node> plans) {
        return Node.Mapping.EMPTY
                .with("environment", rendering.environment().name())
                .with("revision", rendering.revision())
                .with("applications", JsonList.of(plans, plan -> plan))
                .with("problems", JsonList.of(rendering.problems(), PlanView::problem));
    }
}
