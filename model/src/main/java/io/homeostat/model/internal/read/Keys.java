package io.homeostat.model.internal.read;

/**
 * The same few hundred keys stand in every document. A small racy cache keeps one copy of each, without keeping alive what
 * somebody wrote once: a slot is simply overwritten.
 */
final class Keys {
    private static final int SLOTS = 2048;
    private static final int LONGEST = 40;
    private static final String[] SEEN = new String[SLOTS];

    private Keys() {}

    static String canonical(String key) {
        if (key.length() > LONGEST) {
            return key;
        }
        int hash = key.hashCode();
        int slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
        String seen = SEEN[slot];
        if (key.equals(seen)) {
            return seen;
        }
        SEEN[slot] = key;
        return key;
    }
}
