package io.homeostat.cli.command;

import io.homeostat.cli.command.Usage.Argument;
import io.homeostat.cli.command.Usage.Example;
import io.homeostat.cli.command.Usage.Option;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Paragraph;
import io.homeostat.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;

/** What {@code --help} says about one command. */
public final class Help {

    private static final int WIDTH = 96;

    private Help() {}

    public static List<String> lines(Usage usage, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong("homeostat " + usage.name()) + " — " + usage.summary());
        lines.add("");
        lines.add("  " + usage.synopsis());
        for (String paragraph : usage.paragraphs()) {
            lines.add("");
            lines.addAll(Paragraph.wrap(paragraph, WIDTH));
        }
        Table table = Table.withoutHeading();
        for (Argument argument : usage.arguments()) {
            rows(table, argument.label(), argument.text());
        }
        for (Option option : usage.options()) {
            String names = (option.names().size() == 1 ? "    " : "") + String.join(", ", option.names());
            rows(table, option.isSwitch() ? names : names + " " + option.label(), option.text());
        }
        lines.add("");
        table.lines().forEach(line -> lines.add("  " + line));
        lines.add("");
        lines.add(usage.examples().size() == 1 ? "Example:" : "Examples:");
        for (Example example : usage.examples()) {
            lines.add("  " + paint.command(example.call()));
            Paragraph.wrap(example.text(), WIDTH - 6).forEach(line -> lines.add("      " + paint.dim(line)));
        }
        return lines;
    }

    private static void rows(Table table, String name, String text) {
        String left = name;
        for (String line : Paragraph.wrap(text, 60)) {
            table.row(left, line);
            left = "";
        }
    }
}
