package io.homeostat.chaos.extension;

import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Extension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Every extension by its name: those that Git declares, and those that somebody registered. Git is right where both have one. */
public final class Catalog {

    private final Supplier<List<Extension>> declared;
    private final Supplier<Map<String, Extension>> registered;

    public Catalog(Supplier<List<Extension>> declared, Supplier<Map<String, Extension>> registered) {
        this.declared = declared;
        this.registered = registered;
    }

    /** @param declared by Git; otherwise somebody registered it */
    public record Known(Extension extension, boolean declared) {}

    public Map<String, Known> all() {
        Map<String, Known> all = new TreeMap<>();
        registered.get().forEach((name, extension) -> all.put(name, new Known(extension, false)));
        declared.get().forEach(extension -> all.put(extension.name(), new Known(extension, true)));
        return all;
    }

    public @Nullable Extension find(String name) {
        Known known = all().get(name);
        return known == null ? null : known.extension();
    }

    /** Why the extensions that an experiment names cannot be used as it says, one sentence each. */
    public List<String> objections(Experiment experiment) {
        List<String> objections = new ArrayList<>();
        for (Experiment.Fault fault : experiment.faults()) {
            if (fault.effect() instanceof Effect.Extended effect) {
                Extension extension = find(effect.extension());
                if (extension == null) {
                    objections.add("no extension is called " + effect.extension()
                            + "; homeostat catalog lists those there are");
                } else {
                    objections.addAll(extension.wrong(effect.parameters()));
                }
            }
        }
        return objections;
    }
}
