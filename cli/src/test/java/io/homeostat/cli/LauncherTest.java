package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK the launcher takes, and what it says when there is none. The JDKs are directories with a release file. */
class LauncherTest {

    private static final Path LAUNCHER = Checkout.root().resolve("homeostat");

    @TempDir
    Path directory;

    private record Ran(int exit, String out, String err) {}

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Path path = home.resolve("bin").resolve(program);
            Files.writeString(path, "#!/bin/sh\necho this is " + name + ": \"$@\"\n");
            assertThat(path.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_RUNTIME_VERSION=\"" + version + "+9\"\nJAVA_VERSION=\"" + version + "\"");
        return home;
    }

    /** With a PATH on which there are the programs that the launcher needs, but no java. */
    private Ran run(Map<String, String> variables, Path launcher, String... words) throws Exception {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        for (String program : List.of("sh", "readlink", "cat", "find", "mkdir", "stty", "dirname")) {
            Path link = bin.resolve(program);
            if (!Files.exists(link)) {
                Path real = Path.of("/usr/bin", program);
                Files.createSymbolicLink(link, Files.exists(real) ? real : Path.of("/bin", program));
            }
        }
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(new HashMap<>(Map.of("PATH", bin.toString(), "HOME", directory.toString())));
        builder.environment().merge("PATH", variables.getOrDefault("PATH", ""), (own, more) -> more + ":" + own);
        variables.forEach(builder.environment()::putIfAbsent);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), out.strip(), err);
    }

    @Test
    void itsOwnVariableComesFirst() throws Exception {
        Path own = jdk("own", "25.0.3");
        Path other = jdk("other", "25");

        assertThat(run(
                        Map.of("HOMEOSTAT_JAVA_HOME", own.toString(), "JAVA_HOME", other.toString()),
                        LAUNCHER,
                        "--print-java"))
                .isEqualTo(new Ran(0, own + "/bin/java", ""));
    }

    @Test
    void aVariableThatMeansAnotherVersionIsAnErrorAndSaysWhatToInstall() throws Exception {
        Path old = jdk("old", "17.0.15");

        Ran ran = run(Map.of("HOMEOSTAT_JAVA_HOME", old.toString()), LAUNCHER, "version");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("$HOMEOSTAT_JAVA_HOME is " + old + ", which is not a JDK 25")
                .contains("sudo apt install", "sudo dnf install", "sdk install java", "adoptium.net");
    }

    @Test
    void javaHomeCountsOnlyWhenItIsOfThatVersion() throws Exception {
        Path old = jdk("old", "24.0.1");
        Path good = jdk("good", "25.0.1");

        assertThat(run(Map.of("JAVA_HOME", good.toString()), LAUNCHER, "--print-java")
                        .out())
                .isEqualTo(good + "/bin/java");
        assertThat(run(
                                Map.of(
                                        "JAVA_HOME",
                                        old.toString(),
                                        "PATH",
                                        good.resolve("bin").toString()),
                                LAUNCHER,
                                "--print-java")
                        .out())
                .isEqualTo(good + "/bin/java");
    }

    @Test
    void javaOnThePathIsFollowedThroughItsLinks() throws Exception {
        Path good = jdk("good", "25.0.1");
        Path alternatives = Files.createDirectories(directory.resolve("alternatives"));
        Files.createSymbolicLink(alternatives.resolve("java"), good.resolve("bin/java"));

        assertThat(run(Map.of("PATH", alternatives.toString()), LAUNCHER, "--print-java")
                        .out())
                .isEqualTo(good + "/bin/java");
    }

    @Test
    void sdkmanIsLookedAt() throws Exception {
        Path old = jdk("sdk/candidates/java/17-tem", "17.0.15");
        Path good = jdk("sdk/candidates/java/25-tem", "25.0.1");
        boolean elsewhere = Files.isDirectory(Path.of("/usr/lib/jvm"));

        String found = run(Map.of("SDKMAN_DIR", directory.resolve("sdk").toString()), LAUNCHER, "--print-java")
                .out();

        // The distribution's folder comes before; whichever it is, it is never the old one.
        assertThat(found).isNotEqualTo(old + "/bin/java").matches(path -> elsewhere || path.equals(good + "/bin/java"));
    }

    @Test
    void aJavaWithoutACompilerIsNoJdk() throws Exception {
        Path runtime = jdk("jre", "25.0.1");
        Files.delete(runtime.resolve("bin/javac"));

        assertThat(run(Map.of("HOMEOSTAT_JAVA_HOME", runtime.toString()), LAUNCHER, "--print-java")
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void itWorksFromAnywhereAndThroughLinks() throws Exception {
        Path good = jdk("good", "25.0.1");
        Path dist = Files.createDirectories(directory.resolve("checkout with a space/cli/target/dist"));
        Path copy = Files.copy(LAUNCHER, directory.resolve("checkout with a space/homeostat"));
        Files.writeString(dist.resolve("classpath"), "./a.jar:./b.jar");
        Path first = Files.createSymbolicLink(directory.resolve("first"), directory.relativize(copy));
        Path second = Files.createSymbolicLink(directory.resolve("second"), first);
        Map<String, String> variables = Map.of("HOMEOSTAT_JAVA_HOME", good.toString(), "HOMEOSTAT_AOT", "off");

        assertThat(run(variables, second, "why", "a b", "*").out())
                .startsWith("this is good: ")
                .contains("-cp " + dist + "/lib/homeostat-cli.jar:" + dist + "/lib/a.jar:" + dist
                        + "/lib/b.jar io.homeostat.cli.Main why a b *");
        assertThat(run(variables, second, "agent", "--source", "x").out())
                .contains("-Xmx64m")
                .endsWith("io.homeostat.cli.Main agent --source x");
        assertThat(run(variables, second, "agent", "--help").out()).endsWith("io.homeostat.cli.Main agent --help");
    }

    @Test
    void anAotCacheIsUsedOnlyWhereThereIsOne() throws Exception {
        Path good = jdk("good", "25.0.1");
        Path dist = Files.createDirectories(directory.resolve("checkout/cli/target/dist"));
        Path copy = Files.copy(LAUNCHER, directory.resolve("checkout/homeostat"));
        Files.writeString(dist.resolve("classpath"), "./a.jar");
        Files.createDirectories(dist.resolve("aot"));
        Files.writeString(dist.resolve("aot/for"), good + " \"25.0.1+9\" " + copy.getParent());
        Files.setLastModifiedTime(
                dist.resolve("classpath"),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() - 5000));
        Map<String, String> variables = Map.of("HOMEOSTAT_JAVA_HOME", good.toString());

        assertThat(run(variables, copy, "version").out()).doesNotContain("AOTCache");
        Files.writeString(dist.resolve("aot/cli.aot"), "cache");
        assertThat(run(variables, copy, "version").out()).contains("-XX:AOTCache=" + dist + "/aot/cli.aot");
        assertThat(run(Map.of("HOMEOSTAT_JAVA_HOME", good.toString(), "HOMEOSTAT_AOT", "off"), copy, "version")
                        .out())
                .doesNotContain("AOTCache");
    }
}
