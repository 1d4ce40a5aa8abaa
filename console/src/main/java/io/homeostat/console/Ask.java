package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The API, asked in the name of the person who looks. */
public interface Ask {

    /**
     * @param query names and values by turns; a null value leaves the parameter out
     * @throws Refused when the API says no
     */
    Node.Mapping get(String path, @Nullable String... query) throws IOException, Refused;
}
