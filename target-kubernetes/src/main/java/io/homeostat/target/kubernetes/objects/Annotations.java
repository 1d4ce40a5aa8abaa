package io.homeostat.target.kubernetes.objects;

/** What a document may say about how homeostat treats it, and what homeostat writes on objects. */
public final class Annotations {

    /** {@code force}: take fields over from whoever owns them. */
    public static final String CONFLICTS = "homeostat.io/conflicts";

    /** {@code allowed}: what cannot be changed in place may be deleted and created anew. */
    public static final String REPLACE = "homeostat.io/replace";

    /** {@code background}, {@code foreground}, {@code orphan} or {@code wait}. */
    public static final String DELETION = "homeostat.io/deletion";

    /** JSON pointers, one a line: differences there are no drift, and are not written over. */
    public static final String IGNORE = "homeostat.io/ignore-differences";

    /** Field managers, one a line: what they own is theirs. */
    public static final String IGNORE_MANAGERS = "homeostat.io/ignore-managers";

    /** Conditions in CEL, one a line: a difference of which one holds is no drift. */
    public static final String IGNORE_WHERE = "homeostat.io/ignore-where";

    /** A condition in CEL over {@code object}: it is healthy where this holds, and progressing elsewhere. */
    public static final String HEALTHY = "homeostat.io/healthy-when";

    /** A condition in CEL over {@code object}: where it holds, it will not get healthy by itself. */
    public static final String DEGRADED = "homeostat.io/degraded-when";

    /** On every object that is ours: digest of what was applied. Written by homeostat. */
    public static final String DIGEST = "homeostat.io/applied";

    /** Label of every object that is ours: of which environment. Written by homeostat. */
    public static final String ENVIRONMENT = "homeostat.io/environment";

    /** Label of every object that is ours: of which application. Written by homeostat. */
    public static final String APPLICATION = "homeostat.io/application";

    /** On a workload of which two versions stand side by side: how. Written by homeostat. */
    public static final String SPLIT = "homeostat.io/split";

    /** On an HTTPRoute that divides traffic among versions: of which Services, and how. Written by homeostat. */
    public static final String DIVIDED = "homeostat.io/divided";

    /** Label of the pods that stand beside a workload's own, and of what makes them: {@code canary} or {@code baseline}. */
    public static final String SIDE = "homeostat.io/side";

    /** Label of those pods: which version of their workload they are of. */
    public static final String VERSION = "homeostat.io/version";

    /** Label of those pods: the workload that they stand beside. */
    public static final String BESIDE = "homeostat.io/beside";

    private Annotations() {}
}
