package io.homeostat.target.local.controllers;

import io.homeostat.model.Node;
import io.homeostat.target.local.objects.StoredObject;
import java.io.IOException;

/** Brings the instances of objects of one kind nearer to what is declared. */
public interface Controller {

    /**
     * Looks at the world and, if it may, does what is due.
     *
     * @param act false: only say how it is
     * @return the object's {@code status}
     */
    Node.Mapping reconcile(StoredObject object, boolean act) throws IOException;
}
