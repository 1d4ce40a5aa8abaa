package io.homeostat.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The house is built as ARCHITECTURE.md says. */
class ArchitectureTest {

    private static final String US = "io.homeostat.";

    /** Each room, and every room it may import from. */
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            Map.entry("model", Set.of()),
            Map.entry("journal", Set.of("model")),
            Map.entry("source", Set.of("model")),
            Map.entry("converge", Set.of("source", "journal", "model")),
            Map.entry("helm", Set.of("converge", "source", "journal", "model")),
            Map.entry("gate", Set.of()),
            Map.entry("target", Set.of("gate", "converge", "source", "journal", "model")),
            Map.entry("signal", Set.of("converge", "source", "journal", "model")),
            Map.entry("chaos", Set.of("signal", "converge", "source", "journal", "model")),
            Map.entry("deliver", Set.of("converge", "source", "journal", "model")),
            Map.entry("console", Set.of("model")),
            Map.entry(
                    "agent",
                    Set.of(
                            "console",
                            "signal",
                            "chaos",
                            "deliver",
                            "target",
                            "gate",
                            "converge",
                            "source",
                            "journal",
                            "model")),
            Map.entry(
                    "cli",
                    Set.of(
                            "console",
                            "signal",
                            "chaos",
                            "agent",
                            "deliver",
                            "target",
                            "gate",
                            "converge",
                            "source",
                            "journal",
                            "model")));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.homeostat");

    @Test
    void everyRoomIsLookedAt() {
        assertThat(HOUSE.stream().map(ArchitectureTest::room).distinct())
                .containsExactlyInAnyOrderElementsOf(ROOMS.keySet());
    }

    @Test
    void importsGoDownTheHouseOnly() {
        classes()
                .should(new ArchCondition<JavaClass>("import only from the rooms below") {
                    @Override
                    public void check(JavaClass from, ConditionEvents events) {
                        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                            JavaClass to = dependency.getTargetClass();
                            if (to.getPackageName().startsWith(US)
                                    && !room(to).equals(room(from))
                                    && !ROOMS.get(room(from)).contains(room(to))) {
                                events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(HOUSE);
    }

    @Test
    void whatIsInternalStaysInItsRoom() {
        classes()
                .should(new ArchCondition<JavaClass>("not reach into another room's internal packages") {
                    @Override
                    public void check(JavaClass from, ConditionEvents events) {
                        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                            JavaClass to = dependency.getTargetClass();
                            if (to.getPackageName().startsWith(US)
                                    && List.of(to.getPackageName().split("\\.")).contains("internal")
                                    && !room(to).equals(room(from))) {
                                events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(HOUSE);
    }

    @Test
    void convergeKnowsNoTarget() {
        noClasses()
                .that()
                .resideInAPackage("io.homeostat.converge..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.homeostat.target..", "io.homeostat.gate..", "java.lang.foreign..")
                .check(HOUSE);
    }

    @Test
    void nothingHasANameThatSaysNothing() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Common|Misc)(\\$.*)?$")
                .orShould()
                .resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..")
                .check(HOUSE);
    }

    /** The first word after {@code io.homeostat}. */
    private static String room(JavaClass type) {
        String rest = type.getPackageName().substring(US.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
