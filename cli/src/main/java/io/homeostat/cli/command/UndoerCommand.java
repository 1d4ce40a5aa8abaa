package io.homeostat.cli.command;

import io.homeostat.target.kubernetes.fault.Undoer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** In a cluster, beside the agents: what they leave behind when they die in the middle of an experiment is undone. */
public final class UndoerCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("undo in a cluster what agents that died left of their experiments")
                .option("--namespace", "NAME", "That of homeostat's own records, where agents write down what they do.")
                .option("--kubeconfig", "FILE", "Instead of what $KUBECONFIG names, or the pod's own account.")
                .option("--context", "NAME", "A context of the kubeconfig.")
                .paragraph(
                        "Stays in the foreground; deploy/ runs one with rights of its own. An agent changes no number"
                                + " of instances and touches no node unless one runs: each such fault is written down first,"
                                + " with the way back, and undone from there four seconds after its agent was heard of last.")
                .example("homeostat undoer --namespace homeostat", "In a pod of that namespace.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String kubeconfig = call.value("--kubeconfig");
        try {
            Undoer.of(
                            kubeconfig == null ? null : Path.of(kubeconfig),
                            call.value("--context"),
                            Changing.required(call, "--namespace"),
                            InstantSource.system(),
                            line -> call.print(List.of(line)))
                    .run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return Exit.DONE;
    }
}
