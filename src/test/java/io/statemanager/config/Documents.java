package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import java.nio.charset.StandardCharsets;

/** JSON as these tests write it: single quotes for double ones. */
final class Documents {
    static final String FILE = "'storage':{'type':'file'}";
    static final String S3 = "'storage':{'bucket':'b','access_key':'AKIDEXAMPLE','secret_key':'hunter2secret'}";

    private Documents() {}

    static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode document(String text) {
        return Json.parse(bytes(text), FailureCode.INVALID_CONFIGURATION);
    }
}
