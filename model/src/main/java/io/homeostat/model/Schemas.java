package io.homeostat.model;

import io.homeostat.model.internal.our.JsonSchema;
import io.homeostat.model.internal.our.OurKinds;
import io.homeostat.model.internal.our.Reference;
import io.homeostat.model.internal.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** What our kinds look like, for editors and readers; generated from the same description that checks documents. */
public final class Schemas {

    private Schemas() {}

    /** JSON Schemas (2020-12) of our kinds, indented, by file name: {@code environment.schema.json} … */
    public static Map<String, String> jsonSchemas() {
        Map<String, String> schemas = new LinkedHashMap<>();
        for (Shape.Fields kind : OurKinds.ALL) {
            schemas.put(Reference.schemaFile(kind), Json.pretty(JsonSchema.of(kind)) + "\n");
        }
        return schemas;
    }

    /** The reference of every kind and field in Markdown, by file name. */
    public static Map<String, String> reference() {
        return Reference.pages();
    }
}
