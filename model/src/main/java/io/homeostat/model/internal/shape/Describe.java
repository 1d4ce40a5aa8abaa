package io.homeostat.model.internal.shape;

import io.homeostat.model.Node;
import io.homeostat.model.Quantities;
import java.util.Collection;
import java.util.stream.Collectors;

/** Shapes and values in words, for messages and for the reference. */
public final class Describe {
    private static final int LONGEST = 40;

    private Describe() {}

    /** What is there. Never the value of a Secret. */
    public static String node(Node node) {
        return switch (node) {
            case Node.Mapping mapping -> mapping.isEmpty() ? "an empty mapping" : "a mapping";
            case Node.Sequence sequence -> sequence.elements().isEmpty() ? "an empty list" : "a list";
            case Node.Text text -> "text '" + shortened(text.value()) + "'";
            case Node.Numeric number -> "the number " + shortened(number.toString());
            case Node.Bool bool -> "the boolean " + bool.value();
            case Node.Null _ -> "empty";
            case Node.Hidden hidden -> hidden.toString();
        };
    }

    /** What is accepted. */
    public static String shape(Shape shape) {
        return switch (shape) {
            case Shape.Fields _, Shape.Entries _ -> "a mapping";
            case Shape.Elements _ -> "a list";
            case Shape.TextOr either -> shape(either.text()) + " or " + shape(either.other());
            case Shape.Text text -> text.expected();
            case Shape.Choice choice -> words(choice.values());
            case Shape.Whole whole -> whole(whole);
            case Shape.Decimal _ -> "a number";
            case Shape.Flag _ -> "true or false";
            case Shape.Quantity _ -> Quantities.FORM;
            case Shape.IntOrText _ -> "an integer or text";
            case Shape.Anything _ -> "anything";
        };
    }

    /** {@code 'a', 'b' or 'c'}. */
    public static String words(Collection<String> words) {
        String joined = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(", "));
        int last = joined.lastIndexOf(", ");
        return last < 0 ? joined : joined.substring(0, last) + " or " + joined.substring(last + 2);
    }

    public static String shortened(String text) {
        String line = text.indexOf('\n') < 0 ? text : text.substring(0, text.indexOf('\n')) + "…";
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
    }

    private static String whole(Shape.Whole whole) {
        boolean bottom = whole.min() == Integer.MIN_VALUE || whole.min() == Long.MIN_VALUE;
        boolean top = whole.max() == Integer.MAX_VALUE || whole.max() == Long.MAX_VALUE;
        if (bottom && top) {
            return "an integer";
        }
        return top ? "an integer of at least " + whole.min() : "an integer from " + whole.min() + " to " + whole.max();
    }
}
