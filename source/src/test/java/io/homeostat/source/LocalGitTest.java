package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalGitTest {
    @TempDir
    Path temp;

    @Test
    void fetchesTheNewestCommitOfTheDefaultBranch() throws Exception {
        Shell shell = Shell.init(temp.resolve("repo"));
        String first = shell.write("apps/web.yaml", "one").write("run.sh", "x").commit("First\n\nbody");
        try (Source source = Sources.open(SourceSpec.of(temp.resolve("repo").toString()), temp.resolve("m"))) {
            Snapshot a = source.fetch();
            assertThat(a.revision()).isEqualTo(first);
            assertThat(a.origin().subject()).isEqualTo("First");
            assertThat(a.origin().author()).isEqualTo("Ross");
            assertThat(a.files(".")).extracting(Snapshot.File::path).containsExactly("apps/web.yaml", "run.sh");
            Semaphore changed = new Semaphore(0);
            try (Source.Watch _ = source.watch(changed::release)) {
                for (int i = 0; i < 5; i++) {
                    String second = shell.write("apps/web.yaml", "two" + i).commit("Second");
                    assertThat(changed.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
                    Snapshot b = source.fetch();
                    assertThat(b.revision()).isEqualTo(second);
                    assertThat(new String(b.read("apps/web.yaml"), StandardCharsets.UTF_8))
                            .isEqualTo("two" + i);
                }
            }
            assertThat(new String(a.read("apps/web.yaml"), StandardCharsets.UTF_8))
                    .isEqualTo("one");
        }
    }
}
