package io.homeostat.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsAreAlignedAndNothingStandsAtTheEndOfALine() {
        assertThat(Table.of(Paint.NONE, "NAME", "STATE", "")
                        .row("web", "synced", "")
                        .row("catalogue", "failed", "why not")
                        .lines())
                .containsExactly("NAME       STATE", "web        synced", "catalogue  failed  why not");
    }

    @Test
    void aColumnWithNothingInItIsLeftOut() {
        assertThat(Table.of(Paint.NONE, "A", "B", "C").row("1", "", "3").lines())
                .containsExactly("A  C", "1  3");
    }

    @Test
    void coloursTakeNoRoom() {
        assertThat(Table.withoutHeading()
                        .row(Paint.ANSI.good("ok"), "x")
                        .row("failed", "y")
                        .lines())
                .containsExactly("\u001b[32mok\u001b[0m      x", "failed  y");
    }
}
