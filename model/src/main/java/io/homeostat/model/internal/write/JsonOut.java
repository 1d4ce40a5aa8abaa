package io.homeostat.model.internal.write;

import io.homeostat.model.Node;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Writes JSON as UTF-8. */
public final class JsonOut {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator out;
    private final boolean reveal;

    private JsonOut(JsonGenerator out, boolean reveal) {
        this.out = out;
        this.reveal = reveal;
    }

    public static byte[] write(Node node, boolean reveal, boolean indent) {
        var bytes = new ByteArrayOutputStream(256);
        ObjectWriteContext context = indent ? new Indented() : ObjectWriteContext.empty();
        try (JsonGenerator generator = FACTORY.createGenerator(context, bytes)) {
            new JsonOut(generator, reveal).value(node);
        }
        return bytes.toByteArray();
    }

    private void value(Node node) {
        switch (node) {
            case Node.Mapping mapping -> {
                out.writeStartObject();
                for (Map.Entry<String, Node.Field> entry : mapping.fields().entrySet()) {
                    out.writeName(entry.getKey());
                    value(entry.getValue().value());
                }
                out.writeEndObject();
            }
            case Node.Sequence sequence -> {
                out.writeStartArray();
                for (Node element : sequence.elements()) {
                    value(element);
                }
                out.writeEndArray();
            }
            case Node.Text text -> out.writeString(text.value());
            case Node.Hidden hidden -> out.writeString(reveal ? hidden.reveal() : Node.Hidden.SHOWN);
            case Node.Numeric number -> number(number.value());
            case Node.Bool bool -> out.writeBoolean(bool.value());
            case Node.Null ignored -> out.writeNull();
        }
    }

    /** Without an exponent and without trailing zeros, so that equal numbers look equal. */
    private void number(BigDecimal value) {
        if (value.scale() == 0 && value.precision() <= 18) {
            out.writeNumber(value.longValue());
        } else {
            BigDecimal plain = value.stripTrailingZeros();
            out.writeNumber(plain.scale() < 0 ? plain.setScale(0) : plain);
        }
    }

    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
        }
    }
}
