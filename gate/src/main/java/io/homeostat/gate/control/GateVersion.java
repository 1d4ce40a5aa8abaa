package io.homeostat.gate.control;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this build: of the gate that runs it, and of the one that an agent would start. */
public final class GateVersion {

    private GateVersion() {}

    public static String own() throws IOException {
        Properties build = new Properties();
        try (InputStream in = GateVersion.class.getResourceAsStream("/io/homeostat/gate/build.properties")) {
            build.load(in);
        }
        return build.getProperty("version", "");
    }
}
