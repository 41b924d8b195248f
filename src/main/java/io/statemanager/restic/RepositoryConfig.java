package io.statemanager.restic;

import java.io.IOException;

/**
 * What the configuration object says.
 *
 * @param version 1 or 2
 * @param id 64 hex digits, the repository's identity
 * @param polynomial cuts its files into chunks
 */
public record RepositoryConfig(int version, String id, Polynomial polynomial) {

    /** Whether blobs and documents may be compressed. */
    boolean compressed() {
        return version >= 2;
    }

    byte[] toJson() {
        JsonWriter json = new JsonWriter(160);
        json.raw("{\"version\":").number(version).raw(",\"id\":").string(id);
        json.raw(",\"chunker_polynomial\":").string(polynomial.toString()).raw('}');
        return json.toBytes();
    }

    static RepositoryConfig read(JsonReader json) throws IOException {
        long version = 0;
        String id = "";
        String polynomial = "";
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "version" -> version = json.number();
                case "id" -> id = json.string();
                case "chunker_polynomial" -> polynomial = json.string();
                default -> json.skip();
            }
        }
        if (version != 1 && version != 2) {
            throw new UnsupportedRepository("the repository's version is " + Long.toUnsignedString(version)
                    + "; versions 1 and 2 are known here");
        }
        try {
            return new RepositoryConfig((int) version, id, Polynomial.parse(polynomial));
        } catch (IllegalArgumentException e) {
            throw json.fault("its chunker polynomial is not an irreducible one of degree 53", e);
        }
    }
}
