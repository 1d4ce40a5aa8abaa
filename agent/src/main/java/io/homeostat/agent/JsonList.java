package io.homeostat.agent;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.List;
import java.util.function.Function;

/** Lists of records as JSON arrays. */
final class JsonList {

    private JsonList() {}

    static <T> Node of(List<T> elements, Function<? super T, ? extends Node> view) {
        return new Node.Sequence(elements.stream().<Node>map(view).toList(), Position.NONE);
    }

    static Node of(List<String> texts) {
        return of(texts, Node.Text::of);
    }
}
