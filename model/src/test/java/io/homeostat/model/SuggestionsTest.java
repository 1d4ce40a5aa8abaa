package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    private static final List<String> KNOWN = List.of("replicas", "selector", "template", "paused");

    @Test
    void theNearestWordIsSuggested() {
        assertThat(Suggestions.didYouMean("replica", KNOWN)).isEqualTo("did you mean 'replicas'?");
        assertThat(Suggestions.nearest("repilcas", KNOWN)).isEqualTo("replicas");
        assertThat(Suggestions.nearest("Template", KNOWN)).isEqualTo("template");
        assertThat(Suggestions.nearest("selektor", KNOWN)).isEqualTo("selector");
    }

    @Test
    void nothingNearIsNoSuggestion() {
        assertThat(Suggestions.didYouMean("volumes", KNOWN)).isNull();
        assertThat(Suggestions.nearest("x", KNOWN)).isNull();
        assertThat(Suggestions.nearest("", KNOWN)).isNull();
        assertThat(Suggestions.nearest("replicas".repeat(1000), KNOWN)).isNull();
    }
}
