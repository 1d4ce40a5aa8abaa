package io.homeostat.model.slo;

/** Where a secret is found: a key of a Secret among the documents of the same environment. Never the secret itself. */
public record SecretKey(String name, String key) {
    @Override
    public String toString() {
        return "Secret/" + name + " key '" + key + "'";
    }
}
