package io.homeostat.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.slo.BudgetPolicy.Mark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarksTest {

    @Test
    void aLineOfItsOwnSaysItToo() {
        assertThat(Marks.of("Answer again\n\nThe cache was full.\n\nChange-Type: security\nReviewed-by: Ann\n"))
                .isEqualTo(Mark.SECURITY);
        assertThat(Marks.of("Answer again\n\nThis is no Change-Type: fix\n")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fix: answer again | FIX",
                "fix(api)!: answer again | FIX",
                "Security: a newer library | SECURITY",
                "Revert \"Add a cache\" | ROLLBACK",
                "rollback: to last week | ROLLBACK",
                "fixes everything |",
                "feat: prefix: fix |",
                "Add a cache |"
            })
    void aCommitSaysWhatItIs(String message, Mark mark) {
        assertThat(Marks.of(message)).isEqualTo(mark);
    }
}
