package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Application;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** One application's documents as the target takes them, each completed, digested and put into its wave. */
record Assembly(Completion target, Environment environment, Snapshot snapshot) {

    /** @param own what is wrong with these documents already; with an error among it none is completed */
    Rendered of(Application application, List<Document> documents, List<Problem> own) {
        boolean valid = own.stream().noneMatch(Problem::isError);
        List<Declared> declared = new ArrayList<>();
        List<Problem> more = new ArrayList<>(own);
        for (Document document : documents) {
            if (!application.tenant().mayTouch(document.key().namespace())) {
                more.add(outside(application, document));
            }
            if (!valid) {
                continue;
            }
            try {
                Document completed = target.complete(document, environment, snapshot);
                declared.add(new Declared(
                        completed,
                        application.name(),
                        snapshot.revision(),
                        document.at().file(),
                        Digests.of(completed.content()),
                        wave(document, more)));
            } catch (IOException refused) {
                more.add(Problem.error(document.at(), "incomplete", String.valueOf(refused.getMessage())));
            }
        }
        String digest = digest(declared);
        declared.replaceAll(object -> stamped(object, digest));
        return new Rendered(application, List.copyOf(declared), digest, List.copyOf(more));
    }

    private static Problem outside(Application application, Document document) {
        return Problem.error(
                        document.at(),
                        "outside-namespaces",
                        "application '" + application.name() + "' may have nothing in namespace '"
                                + document.key().namespace() + "'")
                .expecting("a namespace among: "
                        + String.join(", ", application.tenant().namespaces()))
                .suggesting("add it to the Application's spec.namespaces");
    }

    /** A hook runs for this content of the application and no other. */
    private static Declared stamped(Declared object, String digest) {
        if (Hook.of(object.document()) == null) {
            return object;
        }
        Document stamped = Hook.stamped(object.document(), digest);
        return new Declared(
                stamped,
                object.application(),
                object.revision(),
                object.origin(),
                Digests.of(stamped.content()),
                object.wave());
    }

    private static int wave(Document document, List<Problem> problems) {
        Integer ofHook = Hook.wave(document);
        if (ofHook != null) {
            return ofHook;
        }
        String text = document.annotation(Renderer.WAVE);
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            Node at = document.metadata().mapping("annotations").get(Renderer.WAVE);
            problems.add(Problem.error(
                            at == null ? document.at() : at.at(), "wrong-type", Renderer.WAVE + " is '" + text + "'")
                    .expecting("a whole number in quotes, such as \"1\""));
            return 0;
        }
    }

    private static String digest(List<Declared> declared) {
        MessageDigest digest = Digests.sha256();
        declared.stream()
                .sorted(Comparator.comparing(object -> object.document().key()))
                .forEach(object -> digest.update(
                        (object.document().key() + "=" + object.digest() + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
