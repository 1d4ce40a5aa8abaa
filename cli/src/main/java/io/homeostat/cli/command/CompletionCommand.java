package io.homeostat.cli.command;

import java.util.List;
import java.util.function.Supplier;

/** Completion for a shell. */
public final class CompletionCommand implements Command {

    private final Supplier<List<Usage>> commands;

    /** @param commands all of them */
    public CompletionCommand(Supplier<List<Usage>> commands) {
        this.commands = commands;
    }

    @Override
    public void describe(Usage usage) {
        usage.summary("completion of commands, options and applications for a shell")
                .required("SHELL", "bash zsh fish", "bash, zsh or fish.")
                .example("eval \"$(homeostat completion bash)\"", "For this shell; put it into ~/.bashrc to keep it.")
                .example("homeostat completion zsh > ~/.zfunc/_homeostat", "For zsh, with ~/.zfunc in $fpath.")
                .example("homeostat completion fish > ~/.config/fish/completions/homeostat.fish", "For fish.");
    }

    @Override
    public int run(Call call) throws Failure {
        String shell = call.argument("SHELL");
        List<String> script = switch (shell) {
            case "bash" -> Completion.bash(commands.get());
            case "zsh" -> Completion.zsh(commands.get());
            case "fish" -> Completion.fish(commands.get());
            default ->
                throw Failure.wrongUse("no completion for '" + shell + "'", "there is one for bash, zsh and fish");
        };
        call.print(script);
        return Exit.DONE;
    }
}
